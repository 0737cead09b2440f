using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Spectre.Console.Testing;
using VideoGen.Client;
using VideoGen.Files;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Stages;

namespace VideoGen.Cli.Tests;

/// <summary>The command line over HTTP: each test has a silo of its own, and nothing else in reach.</summary>
public abstract class CommandsOverHttp : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-http-tests-");
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();
    private WebApplication? _silo;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected string Server => _silo!.GetHttpAddress()!.ToString().TrimEnd('/');

    /// <summary>One that is deleted after the test.</summary>
    protected string Folder => _folder.FullName;

    protected string Output => _console.Output;

    protected string Errors => _error.ToString();

    public async ValueTask InitializeAsync()
    {
        var artifacts = new FolderArtifactStore(Path.Combine(_folder.FullName, "artifacts"));
        _silo = SiloHost.Create(
            new SiloHostOptions { Artifacts = artifacts, Recover = false, WebhooksAllowPrivate = true },
            configure: builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
                ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
            }),
            addServices: services => services.AddArtifacts(artifacts).AddVideoStages(new ConfigurationBuilder().Build()));
        await _silo.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.StopAsync();
        await _silo.DisposeAsync();
        _folder.Delete(recursive: true);
        _console.Dispose();
        await _error.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a command that is to end so and to say these words, and returns what it printed.</summary>
    protected async Task<string> SaysAsync(int exitCode, string words, params string[] arguments)
    {
        var before = _console.Output.Length;
        Assert.True(exitCode == await RunAsync(arguments), $"{string.Join(' ', arguments)}: {_error}{_console.Output[before..]}");
        Assert.Contains(words, _console.Output[before..], StringComparison.Ordinal);
        return _console.Output[before..];
    }

    protected Task<int> RunAsync(params string[] arguments) => RunAsIsAsync([.. arguments, "--server", Server]);

    /// <summary>Without the address of the silo.</summary>
    protected Task<int> RunAsIsAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync(arguments);
}

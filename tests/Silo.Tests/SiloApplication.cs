using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Client;
using VideoGen.Client.Documents;
using VideoGen.Files;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Tests;

/// <summary>A whole silo in this process: SQLite and artifacts in a folder of its own, HTTP on a free loopback port.</summary>
public sealed class SiloApplication : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-silo-tests-");
    private WebApplication? _silo;
    private HttpClient? _http;

    public string ArtifactRoot => Path.Combine(_folder.FullName, "artifacts");

    public WebApplication Silo => _silo ?? throw new InvalidOperationException("The silo is not started.");

    public HttpClient Http => _http ?? throw new InvalidOperationException("The silo is not started.");

    public IGrainFactory Grains => Silo.Services.GetRequiredService<IGrainFactory>();

    internal ITaskIndex Index => Silo.Services.GetRequiredService<ITaskIndex>();

    public ValueTask InitializeAsync() => StartAsync(http: true);

    /// <param name="http">Whether it answers HTTP.</param>
    /// <param name="store">Says where tasks are stored; SQLite when it is not given.</param>
    /// <param name="change">Says how else it is run.</param>
    /// <param name="logs">Hears what it logs.</param>
    /// <param name="settings">Its configuration besides.</param>
    public async ValueTask StartAsync(
        bool http,
        Action<WebApplicationBuilder>? store = null,
        Func<SiloHostOptions, SiloHostOptions>? change = null,
        ILoggerProvider? logs = null,
        params (string Key, string Value)[] settings)
    {
        Directory.CreateDirectory(ArtifactRoot);
        var options = new SiloHostOptions { Artifacts = new FolderArtifactStore(ArtifactRoot), Recover = false, Http = http };
        _silo = SiloHost.Create(
            change?.Invoke(options) ?? options,
            configure: builder =>
            {
                (store ?? Store)(builder);
                builder.Logging.ClearProviders();
                if (logs is not null)
                {
                    builder.Logging.AddProvider(logs);
                }

                builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
            },
            addServices: services => services.AddSingleton<IDocumentTasks, FakeDocumentTasks>().AddFolderArtifacts(ArtifactRoot));
        await _silo.StartAsync();
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _silo.GetHttpAddress() };
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_silo is not null)
        {
            await _silo.StopAsync();
            await _silo.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    public async Task<TaskReply> SendAsync(TaskId task, TaskCommand command)
    {
        var reply = await Grains.GetGrain<ITaskStateGrain>(task.Value).ExecuteAsync(OperationId.Create(TimeProvider.System), command);
        Assert.False(reply.IsRefused, reply.Message);
        return reply;
    }

    /// <summary>Where tasks are stored, for another silo that takes this one's place.</summary>
    public void Store(WebApplicationBuilder builder) => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
        ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
    });
}

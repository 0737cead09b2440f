using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Clusters;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>The <c>videogen</c> program as users have it built, with a data folder of its own.</summary>
/// <param name="dataFolder">Its data folder.</param>
/// <param name="settings">What else stands in its environment.</param>
internal sealed class VideoGenCommand(string dataFolder, IReadOnlyDictionary<string, string>? settings = null)
{
    /// <summary>That of the same build as these tests.</summary>
    public static readonly string Program = Path.Combine(
        Repository.Root, "src", "Cli", Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "Cluster.Tests"), AppContext.BaseDirectory), "videogen.dll");

    private readonly IReadOnlyDictionary<string, string> _settings = settings ?? ImmutableDictionary<string, string>.Empty;

    public string DataFolder { get; } = dataFolder;

    public ToolProcess Start(params string[] arguments) => Start(arguments, null);

    /// <remarks>A shell has its background jobs ignore Ctrl-C, and their children inherit that; here it counts, however these tests were started.</remarks>
    public ToolProcess Start(string[] arguments, string? workingDirectory = null, IReadOnlyDictionary<string, string>? settings = null, params string[] under)
    {
        var environment = new Dictionary<string, string> { ["VIDEOGEN_DATA"] = DataFolder, ["DOTNET_gcServer"] = "0" };
        foreach (var (name, value) in _settings.Concat(settings ?? ImmutableDictionary<string, string>.Empty))
        {
            environment[name] = value;
        }

        return new ToolProcess("env", ["--default-signal=INT", .. under, "dotnet", Program, .. arguments], environment, workingDirectory);
    }

    /// <summary>A silo that is up. One that the others declared dead while it came up is started again, as <see cref="SiloStart"/> does.</summary>
    public async Task<ToolProcess> StartSiloAsync(params string[] options)
    {
        var started = new List<ToolProcess>();
        ToolProcess? up = null;
        try
        {
            return up = await SiloStart.UntilUpAsync(() =>
            {
                started.Add(Start(["silo", .. options]));
                return started[^1];
            });
        }
        finally
        {
            foreach (var former in started.Where(silo => silo != up))
            {
                await former.DisposeAsync();
            }
        }
    }

    /// <summary>Runs the command to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output);
    }
}

using System.Globalization;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>
/// <c>scripts/cluster.sh</c> with a state folder of its own, and the program that was built beside these tests. What it started is gone in the end.
/// </summary>
internal sealed class ClusterScript : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Dictionary<string, string> _settings;

    public ClusterScript(TemporaryFolder folder)
    {
        _folder = folder;
        _settings = new Dictionary<string, string>
        {
            ["VIDEOGEN_CLUSTER_STATE"] = State,
            ["VIDEOGEN_PROGRAM"] = $"dotnet {VideoGenCommand.Program}",
            ["VIDEOGEN_REDIS"] = "",
            ["VIDEOGEN_WORLD"] = "",
        };
    }

    public string State => _folder.File("state");

    public string Program
    {
        set => _settings["VIDEOGEN_PROGRAM"] = value;
    }

    public IReadOnlyDictionary<string, string> Settings
    {
        set => value.ToList().ForEach(setting => _settings[setting.Key] = setting.Value);
    }

    /// <summary>The processes that the script says it started, by name.</summary>
    public Dictionary<string, int> ProcessIds => Directory.EnumerateFiles(State, "*.pid").ToDictionary(
        file => Path.GetFileNameWithoutExtension(file),
        file => int.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>A command line of a shell that reaches the cluster as the script says.</summary>
    public ToolProcess StartInside(string command) => Bash($"eval \"$({ScriptPath} env)\" && {command}");

    public async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = Bash($"{ScriptPath} {string.Join(' ', arguments)}");
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output);
    }

    public async ValueTask DisposeAsync() => await RunAsync("down");

    private static string ScriptPath { get; } = Path.Combine(Repository.Root, "scripts", "cluster.sh");

    private ToolProcess Bash(string command) => new("bash", ["-c", command], _settings, _folder.Path);
}

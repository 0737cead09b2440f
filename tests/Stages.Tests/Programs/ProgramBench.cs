using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Programs;
using VideoGen.Stages.Tests.Contract;

namespace VideoGen.Stages.Tests.Programs;

/// <summary>Scripts that do the stage <c>render</c> of the task <c>bench</c>.</summary>
internal sealed class ProgramBench : IDisposable
{
    public ProgramBench()
    {
        Home = Directory.CreateDirectory(Path.Combine(Stages.Root, "home")).FullName;
    }

    public StageBench Stages { get; } = new();

    /// <summary>Where the scripts are, and where they leave what a test looks at.</summary>
    public string Home { get; }

    /// <summary>The names of all files in the store of artifacts.</summary>
    public IEnumerable<string?> Stored =>
        Directory.Exists(Stages.Store.Root) ? Directory.EnumerateFiles(Stages.Store.Root, "*", SearchOption.AllDirectories).Select(Path.GetFileName) : [];

    public void Dispose() => Stages.Dispose();

    /// <summary>A stage that a shell script does.</summary>
    public IStage Script(string body, TimeSpan? grace = null)
    {
        File.WriteAllText(Path.Combine(Home, "render.sh"), body);
        return Command("bash render.sh", grace);
    }

    public IStage Command(string command, TimeSpan? grace = null) => new ProgramStage(
        "render",
        ProgramLine.Parse(command, Home),
        grace ?? TimeSpan.FromSeconds(20),
        new MediaToolRunner(new MediaOptions(), TimeProvider.System),
        TimeProvider.System);

    /// <summary>How the script failed.</summary>
    public Task<StageFailedException> FailAsync(string body) => Assert.ThrowsAsync<StageFailedException>(() => Stages.RunAsync(Script(body)));

    public string InHome(string name) => Path.Combine(Home, name);
}

using System.Diagnostics;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Tests.Media;

public sealed class KilledWorkerTests
{
    private const string FolderVariable = "VIDEOGEN_TEST_HELD_TOOL";

    [Fact]
    public async Task AToolThatHangsEndsWithTheWorkerThatWasKilled()
    {
        await using var production = new Production();
        var folder = production.WorkFolder("held");
        _ = new FakeTool(folder, "ffmpeg", "trap '' TERM HUP PIPE; echo $$ > tool; exec sleep 600");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "VideoGen.Stages.Tests"))
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(KilledWorkerTests).FullName}.{nameof(AWorkerHoldsATool)}" },
            Environment = { [FolderVariable] = folder },
            RedirectStandardOutput = true,
        };
        using var worker = Process.Start(start)!;
        try
        {
            var tool = await WrittenProcess.BeganAsync(Path.Combine(folder, "tool"));

            Assert.True(WrittenProcess.IsAlive(tool));
        }
        finally
        {
            worker.Kill();
        }

        await WrittenProcess.IsGoneAsync(Path.Combine(folder, "tool"));
    }

    [Fact]
    public async Task AllProgramsAreStartedByOneThreadThatIsNotOfThePool()
    {
        var threads = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StarterThread.RunAsync(() => Thread.CurrentThread)));

        Assert.False(Assert.Single(threads.Distinct()).IsThreadPoolThread);
    }

    /// <summary>Is started by a test above, in a process of its own that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task AWorkerHoldsATool()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException(
            $"{FolderVariable} is not set: this runs only as a part of {nameof(AToolThatHangsEndsWithTheWorkerThatWasKilled)}.");
        var runner = new MediaToolRunner(new MediaOptions { SearchPath = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}" }, TimeProvider.System);

        await runner.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments = [],
                WorkingDirectory = folder,
                Timeout = TimeSpan.FromMinutes(5),
                Purpose = "Hanging",
            },
            TestContext.Current.CancellationToken);
    }
}

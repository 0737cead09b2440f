using System.Diagnostics;
using VideoGen.Stages.Media;
using VideoGen.Stages.Programs;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Programs;

public sealed class KilledProgramWorkerTests
{
    private const string FolderVariable = "VIDEOGEN_TEST_HELD_PROGRAM";

    /// <summary>The kernel ends the program; what the program started is nobody's child then, and would burn on.</summary>
    [Fact]
    public async Task WhatAProgramStartedEndsWithTheWorkerThatWasKilled()
    {
        using var bench = new ProgramBench();
        _ = bench.Script("""
            trap '' TERM HUP PIPE
            bash -c 'trap "" TERM HUP PIPE; echo $$ > $VIDEOGEN_HOME/child; while :; do sleep 0.1; done' &
            setsid bash -c 'trap "" TERM HUP PIPE; echo $$ > $VIDEOGEN_HOME/apart; while :; do sleep 0.1; done' &
            while :; do sleep 0.1; done
            """);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "VideoGen.Stages.Tests"))
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(KilledProgramWorkerTests).FullName}.{nameof(AWorkerHoldsAProgram)}" },
            Environment = { [FolderVariable] = bench.Home },
            RedirectStandardOutput = true,
        };
        using var worker = Process.Start(start)!;
        try
        {
            foreach (var name in (string[])["child", "apart"])
            {
                Assert.True(WrittenProcess.IsAlive(await WrittenProcess.BeganAsync(bench.InHome(name))));
            }
        }
        finally
        {
            worker.Kill();
        }

        await WrittenProcess.IsGoneAsync(bench.InHome("child"));
        await WrittenProcess.IsGoneAsync(bench.InHome("apart"));
    }

    /// <summary>Is started by the test above, in a process of its own that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task AWorkerHoldsAProgram()
    {
        var home = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException(
            $"{FolderVariable} is not set: this runs only as a part of {nameof(WhatAProgramStartedEndsWithTheWorkerThatWasKilled)}.");
        using var bench = new ProgramBench();
        var stage = new ProgramStage(
            "render",
            ProgramLine.Parse("bash render.sh", home),
            TimeSpan.FromSeconds(2),
            new MediaToolRunner(new MediaOptions(), TimeProvider.System),
            TimeProvider.System);

        await stage.ExecuteAsync(bench.Stages.CreateContext("render"), TestContext.Current.CancellationToken);
    }
}

using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;

namespace VideoGen.Cluster.Tests;

/// <summary>What a rehearsal makes of silos that a busy machine keeps from answering.</summary>
public sealed class StarvedSiloTests : IAsyncDisposable
{
    private const string Up = "echo 'The silo is up'; sleep 600";

    private readonly List<ToolProcess> _started = [];

    [Fact]
    public async Task OneThatHeardNobodyInTheTimeThatItHasToJoinIsStartedAgain()
    {
        string[] silos = ["echo 'Failed to get ping responses from 1 of 1 active silos.'; exit 5", Up];

        await SiloStart.UntilUpAsync(() =>
        {
            _started.Add(new ToolProcess("sh", ["-c", silos[_started.Count]]));
            return _started[^1];
        });

        Assert.Equal(2, _started.Count);
    }

    /// <summary>The limit of T1 that docs/reliability.md names. It is no more than that: what was read earlier or later than it may have been is old.</summary>
    [Theory]
    [InlineData(19, false)]
    [InlineData(21, true)]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public void OldReadsOfOneThatWasTakenForDeadCountUntilItNotices(int begun, bool isKept)
    {
        var history = new RehearsalHistory
        {
            Updates = [new SentUpdate("m", "a", [new UpdateAnswer(TimeSpan.FromSeconds(1), true, 2, null)])],
            Reads = [new SeenState("m", "r", TimeSpan.FromSeconds(begun), 1, "1", "")],
            Finals = [new FinalTask("m", 2, default, "a;", [])],
            ToldDead = [TimeSpan.FromSeconds(30)],
        };

        Assert.Equal(isKept ? VerdictKind.Kept : VerdictKind.Broken, Judge.Of(history).Single(verdict => verdict.Promise == "T1").Kind);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.DisposeAsync();
        }
    }
}

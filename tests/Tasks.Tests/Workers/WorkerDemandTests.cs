using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Tasks.Tests.Workers;

public sealed class WorkerDemandTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(60);

    private static readonly ImmutableArray<ReadyCount> Ready =
    [
        new("default", "speak", [], 30, Now.AddSeconds(-90)),
        new("default", "draw", ["gpu"], 12, Now.AddSeconds(-41)),
        new("night", "draw", ["gpu", "big"], 3, Now.AddSeconds(-20)),
    ];

    private static readonly ImmutableArray<KindDuration> Durations = [new("speak", TimeSpan.FromSeconds(2), 50), new("draw", TimeSpan.FromSeconds(10), 9)];

    [Fact]
    public void Desired_IsWhatRunsAndWhatEmptiesTheQueueWithinTheTarget()
    {
        var demand = Measure(null, null, Worker("gpu", "draw", "draw"), Worker(null, "speak"));

        // 30 stages of 2 s and 15 of 10 s fill 3.5 slots for a minute.
        Assert.Equal(new WorkerDemand(45, 3, TimeSpan.FromSeconds(90), demand.Median, 3 + 4), demand);
        Assert.Equal(((30 * 2) + (15 * 10)) / 45.0, demand.Median!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void Capability_CountsWhatNeedsItAndThoseThatHaveIt()
    {
        var demand = Measure(null, "gpu", Worker("gpu", "draw", "speak"), Worker(null, "speak"));

        Assert.Equal(new WorkerDemand(15, 2, TimeSpan.FromSeconds(41), TimeSpan.FromSeconds(10), 2 + 3), demand);
    }

    [Fact]
    public void Kind_CountsNothingElse()
    {
        var demand = Measure("speak", null, Worker(null, "draw", "speak"));

        Assert.Equal(new WorkerDemand(30, 1, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(2), 1 + 1), demand);
    }

    [Fact]
    public void NothingWaits_TheRunningStagesKeepTheirSlots()
    {
        var demand = Measure("other", null, Worker(null, "other", "other"));

        Assert.Equal(new WorkerDemand(0, 2, TimeSpan.Zero, null, 2), demand);
    }

    [Fact]
    public void KindThatNobodyHasDoneYet_CountsAsOneSlotAStage()
    {
        var demand = WorkerDemand.Of(Ready, [], [], "draw", null, Target, Now);

        Assert.Equal(new WorkerDemand(15, 0, TimeSpan.FromSeconds(41), null, 15), demand);
    }

    private static WorkerDemand Measure(string? kind, string? capability, params ImmutableArray<WorkerStatus> workers) =>
        WorkerDemand.Of(Ready, workers, Durations, kind, capability, Target, Now);

    private static WorkerStatus Worker(string? capability, params string[] kinds) => new(
        new WorkerReport(
            new WorkerProfile(new WorkerId("worker", Guid.NewGuid()), ["draw", "speak"], capability is null ? [] : [capability]),
            "1",
            8,
            ["default"],
            [.. kinds.Select(kind => new WorkerStage(TaskId.Parse("one"), kind, TimeSpan.Zero))]),
        Now,
        false);
}

using System.Collections.Immutable;
using VideoGen.Silo.Dashboard.OneTask;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>What the page of a task works out: when stages waited and worked, where the time went, and how long it still takes.</summary>
public sealed class TimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AHistoryHasItsWaitsAndItsAttempts()
    {
        var state = Task(
            Stage("parse", from: 2, to: 5),
            Stage("draw", from: 20, to: 30, after: "parse") with
            {
                FormerAttempts = [new FormerAttempt(1, "worker-a", At(6), At(10), FormerAttempt.Lost, null)],
                Attempt = 2,
                CompletedBy = "worker-b",
            });

        var draw = StageHistory.Of(state, At(40)).Single(history => history.Stage.Name == "draw");

        Assert.Equal(At(5), draw.ReadyAt);
        Assert.Equal(
            [(Spell.Waited, 1.0, null), (Spell.Lost, 4.0, "worker-a"), (Spell.Waited, 10.0, null), (Spell.Worked, 10.0, "worker-b")],
            draw.Stretches.Select(stretch => (stretch.Spell, stretch.Length.TotalSeconds, stretch.Worker)));
    }

    [Fact]
    public void AStageThatAGroupKeepsDoesNotWaitForAWorker()
    {
        var group = new StageState { Name = "draw", Plan = new StagePlan { IsGroup = true, DependsOn = ["parse"] } };
        var state = Task(Stage("parse", from: 2, to: 5), group, Stage("join", after: "draw"));

        Assert.Empty(StageHistory.Of(state, At(40)).Single(history => history.Stage.Name == "join").Stretches);
    }

    [Fact]
    public void AMemberWaitsForWhatItNamesItselfAndNotForItsGroup()
    {
        var state = Task(
            Stage("parse", from: 2, to: 5),
            new StageState { Name = "speak", Plan = new StagePlan { IsGroup = true, DependsOn = ["parse"] }, Status = RunStatus.Running },
            new StageState { Name = "draw", Plan = new StagePlan { IsGroup = true, DependsOn = ["speak"] }, Status = RunStatus.Running },
            Stage("speak:scene-1", from: 6, to: 8),
            Stage("draw:scene-1", from: 10, to: 20, after: "speak:scene-1"));

        var histories = StageHistory.Of(state, At(40)).ToDictionary(history => history.Stage.Name);

        Assert.Equal(At(5), histories["speak:scene-1"].ReadyAt);
        Assert.Equal(At(8), histories["draw:scene-1"].ReadyAt);
    }

    [Fact]
    public void APausedTaskWaitsForNoWorker()
    {
        var state = Task(Stage("parse")) with { Status = RunStatus.Paused, PausedAt = At(10) };

        Assert.Equal(10, Assert.Single(StageHistory.Of(state, At(40)).Single().Stretches).Length.TotalSeconds);
    }

    [Fact]
    public void ThePartsOfTheTimeAddUpToAllOfIt()
    {
        var state = Task(
            Stage("parse", from: 2, to: 5),
            Stage("speak", from: 6, to: 8, after: "parse"),
            Stage("draw", from: 6, to: 26, after: "parse"),
            Stage("join", from: 27, to: 30, after: "draw")) with
        { Status = RunStatus.Completed, CompletedAt = At(31) };

        var parts = TimeSpent.Of(state, StageHistory.Of(state, At(40)), At(40));

        Assert.Equal(31, parts.Sum(part => part.Time.TotalSeconds));
        Assert.Equal(4, parts.Single(part => part.Kind == TimeSpent.Waiting).Time.TotalSeconds);
        Assert.Equal(20, parts.Single(part => part.Title == "Draw").Time.TotalSeconds);
        Assert.DoesNotContain(parts, part => part.Title == "Speak");
    }

    [Fact]
    public void TheRestIsTheLongerOfTheLongestChainAndTheWorkDivided()
    {
        var state = Task(
            Stage("parse", from: 0, to: 2),
            Stage("draw:scene-1", from: 2, to: 12, after: "parse"),
            Stage("draw:scene-2", after: "parse"),
            Stage("draw:scene-3", after: "parse"),
            Stage("join", after: "draw:scene-2"));
        ImmutableArray<KindDuration> learned = [new("join", TimeSpan.FromSeconds(5), 3), new("draw", TimeSpan.FromSeconds(90), 3)];

        // The task's own scenes took 10 s each: they say more than those of others.
        Assert.Equal(15, Eta.Left(state, learned, 4, At(12))!.Value.TotalSeconds);
        Assert.Equal(25, Eta.Left(state, learned, 1, At(12))!.Value.TotalSeconds);
        Assert.Null(Eta.Left(state, [], 4, At(12)));
        Assert.Null(Eta.Left(state with { Status = RunStatus.Paused }, learned, 4, At(12)));
    }

    [Fact]
    public void WhatIsAtWorkIsJudgedByItsOwnSpeed()
    {
        var lease = new StageLease(new WorkerId("worker-a", Guid.NewGuid()), 1, At(60));
        var state = Task(Stage("draw", from: 0) with { Status = RunStatus.Running, Lease = lease, Progress = 0.25 });

        Assert.Equal(30, Eta.Left(state, [], 1, At(10))!.Value.TotalSeconds);
    }

    [Fact]
    public void FailuresThatDifferInNumbersAreOneCause()
    {
        var state = Task(
            Failed("draw:scene-1", "frame 12 of 100 has no font"),
            Failed("draw:scene-2", "frame 7 of 90 has no font"),
            Failed("join", "the disk is full")) with
        { Errors = ["draw:scene-1: frame 12 of 100 has no font", "The task took too long."] };

        var groups = ErrorGroups.Of(state);

        Assert.Equal(3, groups.Length);
        var fonts = groups.Single(group => group.Message.Contains("font", StringComparison.Ordinal));
        Assert.Equal(["draw:scene-1", "draw:scene-2"], fonts.Stages.Select(stage => stage.Value));
        Assert.Equal(2, fonts.Attempts);
        Assert.All(groups, group => Assert.False(group.IsOver));
        Assert.Contains("skip", groups.Single(group => group.Message == "the disk is full").Advice, StringComparison.Ordinal);
        Assert.Contains(groups, group => group.Message == "The task took too long." && group.Stages.IsEmpty);
    }

    [Fact]
    public void AFailureThatAnotherAttemptGotOverIsOver()
    {
        var state = Task(Stage("draw", from: 20, to: 30) with
        {
            FormerAttempts = [new FormerAttempt(1, "worker-a", At(1), At(10), FormerAttempt.Failed, "no font")],
        });

        Assert.True(Assert.Single(ErrorGroups.Of(state)).IsOver);
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static TaskState Task(params StageState[] stages) => new()
    {
        TaskId = TaskId.Parse("t"),
        Status = RunStatus.Running,
        CreatedAt = Start,
        StartedAt = Start,
        Pipeline = new PipelineReference("p", 1),
        Stages = StageMap.Empty.WithRange(stages),
    };

    private static StageState Stage(string name, double? from = null, double? to = null, string? after = null) => new()
    {
        Name = name,
        Status = to is null ? RunStatus.Pending : RunStatus.Completed,
        StartedAt = from is { } begin ? At(begin) : null,
        CompletedAt = to is { } end ? At(end) : null,
        Plan = new StagePlan { DependsOn = after is null ? null : [after] },
    };

    private static StageState Failed(string name, string error) =>
        Stage(name, from: 1, to: 2) with { Status = RunStatus.Failed, Error = error, Attempt = 1 };
}

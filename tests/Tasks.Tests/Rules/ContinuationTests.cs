using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>A stage that begins in the write that completes the one before it.</summary>
public sealed class ContinuationTests
{
    private static readonly StageTaker Taker =
        new(new WorkerProfile(new WorkerId("next", Worker.Incarnation), ["a", "b", "c"], ["gpu"]), TimeSpan.FromSeconds(20));

    [Fact]
    public void Completion_WithAGrant_StartsTheNextStageInTheSameChange()
    {
        var changed = Complete(Chain(), "b");

        Assert.Equal([RunStatus.Completed, RunStatus.Running, RunStatus.Pending], changed.Next!.Stages.Select(stage => stage.Status));
        var lease = changed.Next.Stages[1].Lease!;
        Assert.Equal(changed.Lease, lease);
        Assert.Equal((Taker.Profile.Worker, 8, 1, "b"), (lease.Worker, lease.Token, changed.Next.Stages[1].Attempt, changed.Next.CurrentStage));
        Assert.Equal((TimeSpan.FromSeconds(20), Now + TimeSpan.FromSeconds(20)), (lease.Duration, lease.ExpiresAt));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("c")]
    [InlineData("nowhere")]
    public void Completion_WithoutAGrantThatHolds_OnlyCompletes(string? granted)
    {
        var changed = Complete(Chain(), granted);

        Assert.Null(changed.Lease);
        Assert.Equal([RunStatus.Completed, RunStatus.Pending, RunStatus.Pending], changed.Next!.Stages.Select(stage => stage.Status));
    }

    [Fact]
    public void Grant_ToAPausedTask_StartsNothing()
    {
        var paused = Apply(Chain(), new PauseTask { AfterStages = true });
        Assert.Null(Complete(paused, "b").Lease);
    }

    [Fact]
    public void Find_TakesTheFirstThatWaitsForNothingButThis()
    {
        Assert.Equal("b", StageContinuation.Find(Chain(), Completion())!.Name);
        Assert.Equal("c", StageContinuation.Find(Leased(Stage("a"), Stage("b", "a") with { Queue = "other" }, Stage("c", "a")), Completion())!.Name);
        Assert.Equal("b", StageContinuation.Find(Leased(Stage("a"), Stage("b", "a") with { Needs = ["gpu"] }), Completion())!.Name);
    }

    [Fact]
    public void Find_LeavesAllOthersToTheirQueues()
    {
        StageDefinition[] others =
        [
            Stage("b", "a") with { Queue = "other" },
            Stage("b", "a") with { Limits = [new StageLimit("vendor")] },
            Stage("b", "a") with { Needs = ["much-memory"] },
            Stage("unknown", "a"),
            Stage("b", "a", "c"),
            Stage("b", "c"),
        ];
        Assert.All(others, other => Assert.Null(StageContinuation.Find(Leased(Stage("a"), other, Stage("c") with { Queue = "third" }), Completion())));
        Assert.Null(StageContinuation.Find(Chain(), Completion() with { Taker = null }));
        Assert.Null(StageContinuation.Find(Chain(), Completion() with { Token = 2 }));
        Assert.Null(StageContinuation.Find(Chain(), Completion() with { FanOut = [Stage("c:1", "a")] }));
        Assert.Null(StageContinuation.Find(Apply(Chain(), new CancelTask()), Completion()));

        var suspect = Chain() is var chain && chain.Stages.TryGet("b", out var next)
            ? chain with { Stages = chain.Stages.With(next with { LostAttempts = Limits.LostAttemptsBeforeAlone }) }
            : chain;
        Assert.Null(StageContinuation.Find(suspect, Completion()));
    }

    [Fact]
    public void Taker_IsNoPartOfTheCommandsFingerprint()
    {
        var plain = Completion() with { Taker = null };
        Assert.Equal(
            JsonSerializer.Serialize<TaskCommand>(plain, CommandJson.Default.TaskCommand),
            JsonSerializer.Serialize<TaskCommand>(Completion(), CommandJson.Default.TaskCommand));
    }

    [Fact]
    public void Taker_OutOfBounds_IsRefused()
    {
        StageTaker[] takers =
        [
            new(null!, Lease),
            Taker with { LeaseDuration = TimeSpan.Zero },
            Taker with { Profile = Taker.Profile with { Kinds = default } },
            Taker with { Profile = Taker.Profile with { Worker = null! } },
        ];
        Assert.All(takers, taker => Assert.Equal(
            RefusalReason.InvalidInput,
            Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(Chain(), Completion() with { Taker = taker }, Context())).Reason));
    }

    [Fact]
    public void Brief_SaysWhatCompletedBefore()
    {
        var artifact = new Artifact("x", "t/a/1/x", 1, "00", "text/plain");
        var state = Apply(Chain(), new CompleteStage("a", 1) { Artifacts = [artifact] }, token: 1);
        state = Apply(state, new StartStage("b", Worker, Lease), token: 1);

        var brief = StageBrief.Of(state, 2)!;

        Assert.Equal(("b", 1, state.InputConfig), (brief.Stage, brief.Attempt, brief.Input));
        Assert.Equal(new StageOutput("a", [artifact]), Assert.Single(brief.Completed));
        Assert.Null(StageBrief.Of(state, 1));
    }

    private static TaskDecision.Changed Complete(TaskState state, string? granted) => Assert.IsType<TaskDecision.Changed>(
        TaskTransitions.Decide(state, Completion(), Context() with { Granted = granted is null ? default : StageName.Parse(granted) }));

    private static CompleteStage Completion() => new("a", 1) { Taker = Taker };

    private static TaskState Chain() => Leased(Stage("a"), Stage("b", "a"), Stage("c", "b"));

    private static TaskState Leased(params StageDefinition[] stages) => Apply(Created(Pipeline(stages)), new StartStage("a", Worker, Lease));
}

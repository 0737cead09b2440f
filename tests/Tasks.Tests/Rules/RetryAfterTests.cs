using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>An attempt that asks to come again later.</summary>
public sealed class RetryAfterTests
{
    [Fact]
    public void Fail_WithATimeToComeAgain_WaitsForItAndUsesUpNoAttempt()
    {
        var state = Created(Pipeline(Stage(WorkStage) with { Retry = RetryPolicy.None }));
        for (var i = 1; i <= 5; i++)
        {
            state = Apply(state, new StartStage(WorkStage, Worker, Lease), 100 * i, token: i);
            state = Apply(state, Later(state, TimeSpan.FromSeconds(40)), 100 * i);

            var stage = state.Stages[0];
            Assert.Equal((RunStatus.Pending, 0, i), (stage.Status, stage.FailedAttempts, stage.Attempt));
            Assert.Equal((Start.AddSeconds((100 * i) + 40), "busy"), (stage.NotBefore!.Value, stage.Error));
            Assert.Equal(
                "It is tried again in 40 s after: busy.", StageReadiness.Obstacle(state, stage, Start.AddSeconds(100 * i))?.Sentence);
        }

        Assert.Equal(RunStatus.Running, state.Status);
        Assert.Empty(state.Warnings);
    }

    [Fact]
    public void Fail_OfATaskThatItsCallerOrchestrates_IsAFailure()
    {
        var state = OfSeed(RunStatus.Running, RunStatus.Running);

        Assert.Equal(RunStatus.Failed, Apply(state, new FailStage(WorkStage, null, "busy") { RetryAfter = TimeSpan.FromSeconds(1) }).Stages[0].Status);
    }

    [Fact]
    public void Fail_WithATimeOrALimitThatIsNone_IsRefused()
    {
        var state = Apply(Created(Pipeline(Stage(WorkStage))), new StartStage(WorkStage, Worker, Lease), token: 1);

        foreach (var wrong in new[]
        {
            Later(state, TimeSpan.FromSeconds(-1)),
            Later(state, Limits.MaxRetryAfter + TimeSpan.FromTicks(1)),
            Later(state, TimeSpan.Zero) with { RestingLimit = "a b" },
        })
        {
            var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, wrong, Context()));
            Assert.Equal(RefusalReason.InvalidInput, refused.Reason);
        }
    }

    private static FailStage Later(TaskState state, TimeSpan wait) => new(WorkStage, state.Stages[0].Lease!.Token, "busy") { RetryAfter = wait };
}

using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>How long a finished task stays, and what a pause does to the time of a task.</summary>
public sealed class RetentionTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(RunStatus.Completed)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Cancelled)]
    public void FinishedTask_IsDeletedWhenItWasKeptForLongEnough(RunStatus status)
    {
        var state = Of(status, status) with { CompletedAt = Start, Retention = Minute };

        Assert.Equal(Start + Minute, StageSchedules.Of(state).NextDue);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new CheckDeadlines(), Context(59)));
        Assert.Null(Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, new CheckDeadlines(), Context(60))).Next);
    }

    [Fact]
    public void FinishedTask_ThatSaysNothing_IsKeptAsLongAsTheDeploymentSays()
    {
        var state = Of(RunStatus.Completed, RunStatus.Completed) with { CompletedAt = Start };

        Assert.Null(StageSchedules.Of(state).NextDue);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new CheckDeadlines(), Context(1_000_000)));
        Assert.Null(Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, new CheckDeadlines { Retention = Minute }, Context(60))).Next);
        var longer = TaskTransitions.Decide(state with { Retention = 2 * Minute }, new CheckDeadlines { Retention = Minute }, Context(60));
        Assert.IsType<TaskDecision.Unchanged>(longer);
    }

    [Theory]
    [InlineData(RunStatus.Pending)]
    [InlineData(RunStatus.Running)]
    [InlineData(RunStatus.Paused)]
    public void UnfinishedTask_IsNeverDeletedByTime(RunStatus status)
    {
        var state = Of(status, RunStatus.Pending) with { CompletedAt = Start, Retention = TimeSpan.Zero };

        var decision = TaskTransitions.Decide(state, new CheckDeadlines { Retention = TimeSpan.Zero }, Context(1_000_000));

        Assert.IsType<TaskDecision.Unchanged>(decision);
    }

    [Fact]
    public void End_AtTheEndOfTheCalendar_IsNoOverflow() => Assert.Equal(
        DateTimeOffset.MaxValue,
        StageSchedules.EndOf(OfSeed(RunStatus.Completed, RunStatus.Completed) with { CompletedAt = DateTimeOffset.MaxValue }, Limits.MaxDuration));

    [Fact]
    public void Pause_MovesTheDeadlineByItsLength()
    {
        var state = Created(Pipeline(Stage("a")) with { Timeout = Minute });
        state = Apply(state, new PauseTask(), 50);
        Assert.Null(StageSchedules.Of(state).NextDue);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new CheckDeadlines(), Context(1_000)));

        state = Apply(state, new ResumeTask(), 1_050);

        Assert.Null(state.PausedAt);
        Assert.Equal(Start.AddSeconds(1_060), state.Deadline);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new CheckDeadlines(), Context(1_059)));
        Assert.Equal(RunStatus.Failed, Apply(state, new CheckDeadlines(), 1_060).Status);
    }

    [Theory]
    [InlineData(false, WorkerDirective.Pause)]
    [InlineData(true, WorkerDirective.Continue)]
    public void Pause_AfterStages_LetsAttemptsGoOnToTheirEnd(bool afterStages, WorkerDirective directive)
    {
        var state = Apply(Created(Pipeline(Stage("a"), Stage("b"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new PauseTask { AfterStages = afterStages }, 1);
        var report = new ReportProgress("a", 1, 0.5, null) { Durable = true };

        Assert.Equal(directive, TaskReplies.Applied(1, null, Apply(state, report, 2, token: 1), report).Directive);
        Assert.Empty(StageReadiness.Ready(state, Now));
        state = Apply(state, new CompleteStage("a", 1), 3, token: 1);
        Assert.Equal((RunStatus.Paused, RunStatus.Completed), (state.Status, state.Stages[0].Status));
        Assert.Equal(["b"], StageReadiness.Ready(Apply(state, new ResumeTask(), 4), Now).Select(stage => stage.Name));
    }

    [Fact]
    public void Pause_OfATaskThatFinishesItsStages_HasThemGivenBack()
    {
        var state = Apply(Of(RunStatus.Running, RunStatus.Running), new PauseTask { AfterStages = true });

        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new PauseTask { AfterStages = true }, Context()));
        Assert.False(Apply(state, new PauseTask()).FinishesStages);
    }

    [Fact]
    public void EndOfAPausedTask_LeavesNothingOfThePause()
    {
        var state = Apply(Created(Pipeline(Stage("a"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new PauseTask { AfterStages = true }, 1);

        foreach (var end in new[] { Apply(state, new CompleteStage("a", 1), 2, token: 1), Apply(state, new CancelTask(), 2) })
        {
            Assert.Equal((true, null, false), (end.Status.IsFinished(), end.PausedAt, end.FinishesStages));
        }
    }

    /// <summary>A caller that orchestrates its own task has no attempts that could go on.</summary>
    [Fact]
    public void Pause_OfATaskWithoutAPipeline_IsStoredAsBefore()
    {
        var state = Apply(OfSeed(RunStatus.Running, RunStatus.Running), new PauseTask { AfterStages = true });

        Assert.Equal((RunStatus.Paused, null, false), (state.Status, state.PausedAt, state.FinishesStages));
    }
}

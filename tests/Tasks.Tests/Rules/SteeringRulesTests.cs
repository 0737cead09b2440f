using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>What people do to a task that is there: another priority, and what they did before shows.</summary>
public sealed class SteeringRulesTests
{
    [Fact]
    public void Retry_OfAFailedTask_TellsFormerErrorsFromPresentOnes()
    {
        var state = Apply(Created(Pipeline(Stage("a") with { Retry = RetryPolicy.None })), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new FailStage("a", 1, "first"), 1, token: 1);
        Assert.Equal(["a: first"], state.PresentErrors);

        state = Apply(state, new RetryTask(), 2, token: 1);
        Assert.Equal(1, state.Retries);
        Assert.Empty(state.PresentErrors);
        Assert.Equal(["a: first"], state.Errors);

        state = Apply(state, new StartStage("a", Worker, Lease), 3, token: 1);
        state = Apply(state, new FailStage("a", 2, "second"), 4, token: 2);
        Assert.Equal(["a: second (attempt 2)"], state.PresentErrors);
        Assert.Equal(2, state.Errors.Length);
    }

    [Fact]
    public void Retry_OfATaskWithWarnings_TellsFormerWarningsFromPresentOnes()
    {
        var state = Of(RunStatus.Cancelled, RunStatus.Cancelled) with { Warnings = ["old"] };

        state = Apply(state, new RetryTask());
        state = Apply(state, new StartStage(WorkStage, Worker, Lease));
        state = Apply(state, new CompleteStage(WorkStage, 1) { Warnings = ["new"] }, token: 1);

        Assert.Equal(["new"], state.PresentWarnings);
    }

    /// <summary>A caller that saves fewer errors than there were does not make views fail.</summary>
    [Fact]
    public void PresentErrors_OfAnErrorListThatBecameShorter_AreNone() =>
        Assert.Empty((Created() with { Errors = ["one"], FormerErrors = 3 }).PresentErrors);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 7)]
    public void Create_AgainWithAnotherPriority_IsTheSameTaskAndSaysWhichPriorityItHas(int created, int changed)
    {
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Pipeline(Stage("a"))) { Priority = created };
        var state = Apply(null, create);
        state = changed == 0 ? state : Apply(state, new ChangePriority(changed));

        var decision = TaskTransitions.Decide(state, create with { Priority = 9 }, Context());

        Assert.Contains($"with priority {state.Priority}, not 9", Assert.IsType<TaskDecision.Unchanged>(decision).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_AgainAfterItsPriorityChanged_IsTheSameTask()
    {
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Pipeline(Stage("a"))) { Priority = 5 };
        var state = Apply(Apply(Apply(null, create), new ChangePriority(1)), new ChangePriority(2));

        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, create, Context()));
        var other = create with { InputConfig = JsonText.Parse("""{"other":1}"""), Priority = 2 };
        Assert.Equal(RefusalReason.Conflict, Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, other, Context())).Reason);
    }

    [Fact]
    public void Priority_OutOfBounds_IsRefused()
    {
        foreach (var priority in new[] { Limits.MaxPriority + 1, -Limits.MaxPriority - 1, int.MinValue })
        {
            var decision = TaskTransitions.Decide(Of(RunStatus.Pending, RunStatus.Pending), new ChangePriority(priority), Context());
            Assert.Equal(RefusalReason.InvalidInput, Assert.IsType<TaskDecision.Refused>(decision).Reason);
        }
    }
}

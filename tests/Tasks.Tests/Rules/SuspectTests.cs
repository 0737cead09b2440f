using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>A stage that was lost with its workers may have killed them.</summary>
public sealed class SuspectTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void Stage_LostOften_IsStartedOnlyAlone(int losses, bool isSuspect)
    {
        var state = Created(Pipeline(Stage("a")));
        for (var i = 0; i < losses; i++)
        {
            state = Apply(state, new StartStage("a", Worker, Lease), i * 100, token: i);
            state = Apply(state, new CheckDeadlines(), (i * 100) + 31, token: i + 1);
        }

        var start = new StartStage("a", Worker, Lease);
        var beside = TaskTransitions.Decide(state, start with { Alone = false }, Context(1_000));
        Assert.Equal(isSuspect, beside is TaskDecision.Refused { Reason: RefusalReason.NotAlone });
        Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, start with { Alone = true }, Context(1_000)));

        // A worker of an earlier version does not say.
        Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, start, Context(1_000)));
    }
}

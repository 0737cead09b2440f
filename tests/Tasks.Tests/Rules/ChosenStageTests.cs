using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>Stages that a person chooses: to be done again, to be started before their time, to be skipped.</summary>
public sealed class ChosenStageTests
{
    private static readonly string[] AllStages = ["parse", "audio", "video", "output", "audio:1", "video:1", "audio:2", "video:2"];

    [Fact]
    public void Retry_OfOneUnitOfACompletedTask_DoesItAgainWithAllThatDependsOnIt()
    {
        var state = Apply(Done(), new RetryTask { Stages = ["audio:1"] }, 50);

        Assert.Equal(RunStatus.Running, state.Status);
        Assert.Equal(["audio", "video", "output", "audio:1", "video:1"], Unfinished(state));
        Assert.Equal(["audio:1"], StageReadiness.Ready(state, Now.AddSeconds(50)).Select(stage => stage.Name));
        Assert.Empty(state.Stages[4].Artifacts);
        Assert.Equal("audio:2.out", state.Stages[6].Artifacts["out"]);

        state = Finish(state);
        Assert.Equal((RunStatus.Completed, 1.0), (state.Status, state.OverallProgress));
        Assert.Equal((2, 1), (state.Stages[4].Attempt, state.Stages[6].Attempt));
    }

    [Fact]
    public void Retry_OfAGroup_DoesAllOfItsMembersAgain() =>
        Assert.Equal(["video", "output", "video:1", "video:2"], Unfinished(Apply(Done(), new RetryTask { Stages = ["video"] })));

    [Fact]
    public void Retry_OfTheLastStage_LeavesAllOthers() => Assert.Equal(["output"], Unfinished(Apply(Done(), new RetryTask { Stages = ["output"] })));

    /// <summary>What a stage added goes with it: it adds it anew, and perhaps something else.</summary>
    [Fact]
    public void Retry_OfAStageThatAddedOthers_DropsThemUntilItAddsThemAnew()
    {
        var state = Apply(Done(), new RetryTask { Stages = ["parse"] });
        Assert.Equal(["parse", "audio", "video", "output"], state.Stages.Select(stage => stage.Name));
        Assert.All(state.Stages, stage => Assert.Equal(RunStatus.Pending, stage.Status));

        state = Finish(state);
        Assert.Equal(AllStages, state.Stages.Select(stage => stage.Name.Value));
        Assert.Equal(RunStatus.Completed, state.Status);

        // Where they stand is known again.
        Assert.Equal(4, Apply(state, new RetryTask { Stages = ["parse"] }).Stages.Count);
    }

    [Fact]
    public void Retry_OfOneOfTwoThatAdded_KeepsWhatTheOtherAdded()
    {
        var pipeline = Pipeline(Stage("one"), Stage("two"), Stage("part", "one", "two") with { IsGroup = true });
        var state = Done(pipeline, name => name == "one" ? [Stage("part:a"), Stage("part:b")] : name == "two" ? [Stage("part:c")] : []);

        state = Apply(state, new RetryTask { Stages = ["one"] });

        Assert.Equal(["one", "two", "part", "part:c"], state.Stages.Select(stage => stage.Name));
        Assert.Equal((3, 1), (state.Stages[1].FirstAdded, state.Stages[1].AddedCount));
        Assert.Equal(["one", "two", "part"], Apply(Finish(state, _ => []), new RetryTask { Stages = ["two"] }).Stages.Select(stage => stage.Name));
    }

    [Fact]
    public void Retry_WhereAnOlderProgramDidNotNoteWhatWasAdded_IsRefusedInWords()
    {
        var done = Done();
        var state = done with { Stages = done.Stages.With(done.Stages[0] with { FirstAdded = 0, AddedCount = 0 }) };

        var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, new RetryTask { Stages = ["parse"] }, Context()));

        Assert.Contains("It is not known which stage added audio:1", refused.Why, StringComparison.Ordinal);
        Assert.Equal(["audio", "video", "output", "audio:1", "video:1"], Unfinished(Apply(state, new RetryTask { Stages = ["audio:1"] })));
    }

    [Fact]
    public void Retry_OfMembersThatStandInTheDefinition_DoesThemAgain()
    {
        var state = Done(Pipeline(Stage("one"), Stage("part", "one") with { IsGroup = true }, Stage("part:a")), _ => []);

        state = Apply(state, new RetryTask { Stages = ["one"] });

        Assert.Equal(["one", "part", "part:a"], Unfinished(state));
    }

    [Fact]
    public void Retry_OfAStageAtWork_TakesItsLeaseAway()
    {
        var state = Apply(Created(Pipeline(Stage("a"), Stage("b", "a"))), new StartStage("a", Worker, Lease), 0);

        state = Apply(state, new RetryTask { Stages = ["a"] }, 1);

        Assert.Equal((RunStatus.Pending, null), (state.Stages[0].Status, state.Stages[0].Lease));
        var late = TaskTransitions.Decide(state, new CompleteStage("a", 1), Context(2));
        Assert.Equal(RefusalReason.LeaseLost, Assert.IsType<TaskDecision.Refused>(late).Reason);
    }

    [Fact]
    public void Retry_OfStagesThatWereNotBegun_ChangesNothing() =>
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(Created(Pipeline(Stage("a"))), new RetryTask { Stages = ["a"] }, Context()));

    [Fact]
    public void Retry_ThatLeavesOutACriticalStageThatFailed_IsRefusedByItsName()
    {
        var state = Apply(Created(Pipeline(Stage("a") with { Critical = true }, Stage("b"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new FailStage("a", 1, "broken"), 1, token: 1);

        var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, new RetryTask { Stages = ["b"] }, Context()));

        Assert.Contains("Stage a is critical and failed", refused.Why, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Running, Apply(state, new RetryTask { Stages = ["a"] }).Status);
    }

    [Fact]
    public void Retry_OfOneStageOfACancelledTask_GoesOnWithAllThatWereInterrupted()
    {
        var state = Apply(Created(Pipeline(Stage("a"), Stage("b"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(Apply(state, new CompleteStage("a", 1), 1, token: 1), new StartStage("b", Worker, Lease), 2, token: 1);
        state = Apply(Apply(state, new CancelTask(), 3), new RetryTask { Stages = ["a"] }, 4);

        Assert.Equal(["a", "b"], StageReadiness.Ready(state, Now).Select(stage => stage.Name));
    }

    [Fact]
    public void StartNow_OfAStageThatWaitsForItsNextAttempt_LetsItStart()
    {
        var state = Created(Pipeline(Stage("a"), Stage("b")));
        foreach (var (name, token) in new[] { ("a", 1), ("b", 2) })
        {
            state = Apply(state, new StartStage(name, Worker, Lease), 0, token: token - 1);
            state = Apply(state, new FailStage(name, token, "busy", null, Retryable: true), 0, token: token);
        }

        Assert.Empty(StageReadiness.Ready(state, Start));
        Assert.Equal(["b"], StageReadiness.Ready(Apply(state, new StartNow("b"), 0), Start).Select(stage => stage.Name));
        Assert.Equal(["a", "b"], StageReadiness.Ready(Apply(state, new StartNow(), 0), Start).Select(stage => stage.Name));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Skip_OfAStageThatIsNotCritical_LetsOthersStartAndTheTaskComplete(bool running, bool failed)
    {
        var state = Created(Pipeline(Stage("a") with { Retry = RetryPolicy.None }, Stage("b", "a")));
        state = running || failed ? Apply(state, new StartStage("a", Worker, Lease), 0) : state;
        state = failed ? Apply(state, new FailStage("a", 1, "broken"), 1, token: 1) : state;

        state = Apply(state, new SkipStage("a", "not needed"), 2);

        var skipped = state.Stages[0];
        Assert.Equal((RunStatus.Completed, 1.0, "not needed", null), (skipped.Status, skipped.Progress, skipped.Skipped, skipped.Lease));
        Assert.Contains("a: it was skipped (not needed).", state.Warnings);
        Assert.Equal(["b"], StageReadiness.Ready(state, Now).Select(stage => stage.Name));
        state = Apply(Apply(state, new StartStage("b", Worker, Lease), 3, token: 1), new CompleteStage("b", 2), 4, token: 2);
        Assert.Equal(RunStatus.Completed, state.Status);

        Assert.Null(Apply(state, new RetryTask { Stages = ["a"] }).Stages[0].Skipped);
    }

    [Fact]
    public void Skip_OfAGroup_SkipsItsMembersOnceAllOfThemAreKnown()
    {
        var created = Created(Simple());
        Assert.Contains("parse may still add members", Refusal(created, new SkipStage("video")), StringComparison.Ordinal);
        var state = Apply(Apply(created, new StartStage("parse", Worker, Lease), 0), new CompleteStage("parse", 1) { FanOut = Added("parse") }, 1, token: 1);

        state = Apply(state, new SkipStage("video"), 2);

        Assert.Equal(["audio", "output", "audio:1", "audio:2"], Unfinished(state));
        Assert.Equal("no reason was given", state.Stages[5].Skipped);
    }

    [Fact]
    public void Skip_OfACriticalStageOrOfAMemberOfACriticalGroup_IsRefused()
    {
        var state = Apply(Created(Simple()), new StartStage("parse", Worker, Lease), 0);
        state = Apply(state, new CompleteStage("parse", 1) { FanOut = Added("parse") }, 1, token: 1);

        Assert.Contains("Stage output is critical", Refusal(state, new SkipStage("output")), StringComparison.Ordinal);
        Assert.Contains("Stage audio:1 is critical", Refusal(state, new SkipStage("audio:1")), StringComparison.Ordinal);
        Assert.Contains("Stage audio is critical", Refusal(state, new SkipStage("audio")), StringComparison.Ordinal);
    }

    private static string Refusal(TaskState state, TaskCommand command) =>
        Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, command, Context())).Why;

    private static IEnumerable<string> Unfinished(TaskState state) =>
        state.Stages.Where(stage => stage.Status != RunStatus.Completed).Select(stage => stage.Name.Value);

    private static PipelineDefinition Simple() => Pipeline(
        Stage("parse"),
        Stage("audio", "parse") with { IsGroup = true, Critical = true },
        Stage("video", "parse") with { IsGroup = true },
        Stage("output", "audio", "video") with { Critical = true });

    private static ImmutableArray<StageDefinition> Added(string stage) =>
        stage == "parse" ? [Stage("audio:1"), Stage("video:1", "audio:1"), Stage("audio:2"), Stage("video:2", "audio:2")] : [];

    private static TaskState Done() => Done(Simple(), Added);

    private static TaskState Done(PipelineDefinition pipeline, Func<string, ImmutableArray<StageDefinition>> added) => Finish(Created(pipeline), added);

    private static TaskState Finish(TaskState state) => Finish(state, Added);

    /// <summary>Does each stage that is ready, until there is none.</summary>
    private static TaskState Finish(TaskState state, Func<string, ImmutableArray<StageDefinition>> added)
    {
        for (var token = 100 * (int)state.Stages.Sum(stage => stage.Attempt); StageReadiness.Ready(state, Now).FirstOrDefault() is { } ready; token++)
        {
            state = Apply(state, new StartStage(ready.Name, Worker, Lease), token: token);
            state = Apply(
                state,
                new CompleteStage(ready.Name, token + 1)
                {
                    Artifacts = [new Artifact("out", $"{ready.Name}.out", 1, "", "x")],
                    FanOut = added(ready.Name.Value),
                },
                token: token + 1);
        }

        return state;
    }
}

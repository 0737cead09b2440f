using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>What queues and clocks must know of a task, read off its state alone (T9).</summary>
public sealed class ScheduleTests
{
    private static readonly RetryPolicy OnceMore = new() { MaxAttempts = 2, Jitter = 0 };

    [Fact]
    public void Stage_WaitsForAWorkerWhileWhatItDependsOnIsDoneAndNobodyHasIt()
    {
        var state = Created(Pipeline(Stage("a") with { Needs = ["gpu", "big"], Queue = "q" }, Stage("b", "a")));
        var ready = Assert.Single(StageSchedules.Of(state).Ready);
        Assert.Equal(("q", "a", 1, null), (ready.Queue, ready.Offer.Stage, ready.Offer.Attempt, ready.NotBefore));
        Assert.Equal(["gpu", "big"], ready.Offer.Needs);

        state = Apply(state, new StartStage("a", Worker, Lease), 0);
        Assert.Empty(StageSchedules.Of(state).Ready);

        state = Apply(state, new CompleteStage("a", 1), 1, token: 1);
        Assert.Equal("b", Assert.Single(StageSchedules.Of(state).Ready).Offer.Stage);
        Assert.Empty(StageSchedules.Of(Apply(state, new PauseTask(), 2, token: 1)).Ready);
        Assert.Empty(StageSchedules.Of(Apply(state, new CancelTask(), 2, token: 1)).Ready);
    }

    [Fact]
    public void Stage_InItsDelayIsThereWithTheEndOfIt()
    {
        var state = Apply(Created(Pipeline(Stage("a") with { Retry = OnceMore })), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new FailStage("a", 1, "x", null, Retryable: true), 1);

        var ready = Assert.Single(StageSchedules.Of(state).Ready);
        Assert.Equal((2, Start.AddSeconds(2)), (ready.Offer.Attempt, ready.NotBefore));
        Assert.Equal(Start.AddSeconds(2), StageSchedules.NextDelay(state, Start.AddSeconds(1)));
        Assert.Null(StageSchedules.NextDelay(state, Start.AddSeconds(2)));
    }

    [Fact]
    public void NextDue_IsTheEndOfTheFirstLeaseAndNeverBeforeIt()
    {
        var state = Created(Pipeline(Stage("a"), Stage("b")));
        Assert.Null(StageSchedules.Of(state).NextDue);

        state = Apply(state, new StartStage("a", Worker, TimeSpan.FromSeconds(31)), 0);
        state = Apply(state, new StartStage("b", Worker, TimeSpan.FromSeconds(90)), 0, token: 1);
        Assert.Equal(Start.AddSeconds(45), StageSchedules.Of(state).NextDue);
    }

    /// <summary>A stage that its task's caller began is at work without a lease, and may get one.</summary>
    [Fact]
    public void Lease_OfAStageThatIsAtWorkAlreadyEndsInTimeToo()
    {
        var stage = new StageState { Name = "a", Status = RunStatus.Running };
        var state = new TaskState { TaskId = TaskId.Parse("t"), Status = RunStatus.Running, Stages = StageMap.Empty.With(stage) };
        var context = new DecisionContext(Start, 0, "t");
        Assert.Null(StageReadiness.UntilDue(state, context));

        state = state with { Stages = state.Stages.With(stage with { Lease = new StageLease(Worker, 1, Start + Lease) }) };

        Assert.Equal(Lease, StageReadiness.UntilDue(state, context));
    }

    [Fact]
    public void Stage_AtWorkHoldsItsLimitsUntilItsLeaseEnds()
    {
        var state = Created(Pipeline(Stage("a") with { Limits = [new StageLimit("gpu", 2), new StageLimit("vendor")] }, Stage("b")));
        Assert.Empty(StageSchedules.Of(state).Held);
        Assert.Equal(["gpu", "vendor"], StageSchedules.Of(state).Ready[0].Offer.Limits!.Value.Select(limit => limit.Name));

        state = Apply(Apply(state, new StartStage("a", Worker, Lease), 0), new StartStage("b", Worker, Lease), 0, token: 1);
        var held = StageSchedules.Of(state).Held;
        Assert.Equal(new LimitHolder("gpu", state.TaskId, "a", Worker.Name, 2, Start.AddSeconds(30)), held[0]);
        Assert.Equal(("vendor", 2), (held[1].Limit, held.Length));
        Assert.Empty(StageSchedules.Of(Apply(state, new CompleteStage("a", 1), 1, token: 2)).Held);
    }

    [Fact]
    public void NextDue_OfATaskThatItsCallerOrchestratesIsNever() =>
        Assert.Null(StageSchedules.Of(Created() with { Deadline = Start.AddHours(1) }).NextDue);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 15)]
    [InlineData(15, 15)]
    [InlineData(16, 30)]
    public void Moments_AreRoundedUp(int seconds, int stored) => Assert.Equal(Start.AddSeconds(stored), TaskSchedule.Round(Start.AddSeconds(seconds)));

    [Fact]
    public void Moment_AtTheEndOfTimeIsNotRoundedBeyondIt() => Assert.Equal(DateTimeOffset.MaxValue, TaskSchedule.Round(DateTimeOffset.MaxValue));

    [Fact]
    public void Report_DoesNotMakeTheStagesOfTheScheduleAnew()
    {
        var state = Apply(Created(Pipeline([.. Enumerable.Range(0, 9).Select(i => Stage($"s{i}"))])), new StartStage("s0", Worker, Lease), 0);
        var before = new TaskDocument(state, new CommitRecord());
        var ready = before.GetSchedule().Ready;
        var report = new ReportProgress("s0", 1, 0.5, "half") { ExtendLease = TimeSpan.FromSeconds(60) };

        var after = new TaskDocument(Apply(state, report, 10, token: 1), new CommitRecord(), before);

        Assert.True(after.GetSchedule().Ready == ready, "The list was made anew.");
        Assert.Equal((Start.AddSeconds(30), Start.AddSeconds(75)), (before.GetSchedule().NextDue, after.GetSchedule().NextDue));
        Assert.Same(after.GetSchedule(), after.GetSchedule());
    }

    [Fact]
    public void Stage_ThatIsReopenedIsInTheScheduleAgain()
    {
        var state = Apply(Created(Pipeline(Stage("a"), Stage("b"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new FailStage("a", 1, "broken"), 1, token: 1);
        Assert.Equal("b", Assert.Single(StageSchedules.Of(state).Ready).Offer.Stage);

        state = Apply(Apply(state, new CancelTask(), 2, token: 1), new RetryTask(), 3, token: 1);

        Assert.Equal(["a", "b"], StageSchedules.Of(state).Ready.Select(ready => ready.Offer.Stage.Value));
    }

    /// <summary>What is shared with the state before is what a reader of the stored state would make of it.</summary>
    [Fact]
    public void Schedule_AfterAnyCommandsIsThatOfTheStateAlone()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var document = new TaskDocument(Created(Branches()), new CommitRecord { TaskId = "t" });
            long token = 0;
            for (var step = 0; step < 60; step++)
            {
                var decision = TaskTransitions.Decide(document.State, Any(document.State!, random), Context(step, token));
                if (decision is not TaskDecision.Changed { Next: { } next } changed)
                {
                    continue;
                }

                token = Math.Max(token, changed.Lease?.Token ?? 0);
                document = new TaskDocument(next, document.Commit, document);
                var alone = new TaskDocument();
                alone.Load(document.ToUtf8Json().ToMemory());
                var (expected, found) = (alone.GetSchedule(), document.GetSchedule());
                Assert.Equal((expected.NextDue, Text(expected.Held)), (found.NextDue, Text(found.Held)));
                Assert.Equal(
                    expected.Ready.Select(ready => (ready.Queue, ready.Offer with { Needs = [], Limits = null }, ready.Needs, ready.NotBefore)),
                    found.Ready.Select(ready => (ready.Queue, ready.Offer with { Needs = [], Limits = null }, ready.Needs, ready.NotBefore)));
                Assert.Equal(next.Stages.Count(stage => stage.Lease is not null), document.GetSummary(Start).Workers);
            }
        }
    }

    [Fact]
    public void Page_BeginsWithTheBestAndLeavesNoKindOutForAnother()
    {
        var rows = new List<ReadyStage>();
        for (var i = 0; i < 50; i++)
        {
            rows.Add(Waits($"many-{i:d2}", "a", age: 100 - i));
        }

        rows.AddRange([Waits("one", "b", age: 1), Waits("first", "a", age: 0, priority: 5), Waits("elsewhere", "a", age: 0, queue: "other")]);
        rows.Add(Waits("tenant", "a", age: 2) with { Offer = Waits("tenant", "a", age: 2).Offer with { FairShare = new FairShare("small") } });
        rows.AddRange([Waits("soon", "a", age: 0, notBefore: 20), Waits("later", "a", age: 0, notBefore: 40), Waits("over", "a", age: 200, notBefore: 10)]);

        var page = ReadyPage.Of(rows, new ReadyQuery("q", Start.AddSeconds(10), 5, 100));
        Assert.Equal(["first", "over", "many-00", "tenant", "one"], page.Rows.Select(row => row.Offer.Task.Value));
        Assert.Equal((false, Start.AddSeconds(20)), (page.IsComplete, page.NextReadyAt));

        var all = ReadyPage.Of(rows, new ReadyQuery("q", Start.AddSeconds(10), 100, 100));
        Assert.Equal((54, true), (all.Rows.Length, all.IsComplete));
        var few = ReadyPage.Of(rows, new ReadyQuery("q", Start.AddSeconds(10), 100, 2) { Kinds = ["a"] });
        Assert.Equal((4, false), (few.Rows.Length, few.IsComplete));
    }

    [Fact]
    public void Counts_AreByWhatAWorkerMustBeAbleToDo()
    {
        var rows = new[] { Waits("x", "a", 1), Waits("y", "a", 2), Waits("z", "b", 3), Waits("w", "a", 9, queue: "other") };

        Assert.Equal(
            [("a", 2, Start.AddSeconds(-2)), ("b", 1, Start.AddSeconds(-3))],
            ReadyCount.Of(rows, "q").Select(count => (count.Kind, count.Count, count.Oldest)));
        Assert.Equal(4, ReadyCount.Of(rows, null).Sum(count => count.Count));
    }

    [Theory]
    [InlineData("no/queue", 1, 1)]
    [InlineData("q", 0, 1)]
    [InlineData("q", 1, ReadyQuery.MaxLimit + 1)]
    public void Query_OutOfBoundsIsRefused(string queue, int limit, int perKey) =>
        Assert.Throws<ArgumentException>(() => ReadyPage.Of([], new ReadyQuery(queue, Start, limit, perKey)));

    private static ReadyStage Waits(string task, string kind, int age, int priority = 0, string queue = "q", int? notBefore = null) => new(
        queue,
        new StageOffer(TaskId.Parse(task), kind, 1, priority, Start.AddSeconds(-age), []),
        notBefore is { } seconds ? Start.AddSeconds(seconds) : null);

    private static string Text(ImmutableArray<LimitHolder> held) => string.Join('\n', held);

    private static PipelineDefinition Branches() => Pipeline(
        Stage("root") with { Retry = OnceMore },
        Stage("scene", "root") with { IsGroup = true },
        Stage("left", "root") with { Critical = false, Retry = OnceMore },
        Stage("right", "root") with { Limits = [new StageLimit("gpu")] },
        Stage("end", "left", "right", "scene"));

    private static TaskCommand Any(TaskState state, Random random)
    {
        var stage = state.Stages[random.Next(state.Stages.Count)];
        var token = stage.Lease?.Token;
        return random.Next(9) switch
        {
            0 or 1 or 2 => new StartStage(stage.Name, Worker, Lease),
            3 => new ReportProgress(stage.Name, token, random.NextDouble(), "x") { ExtendLease = Lease },
            4 or 5 => new CompleteStage(stage.Name, token) { FanOut = stage.Name == "root" ? [Stage("scene:1"), Stage("scene:2", "scene:1")] : [] },
            6 => new FailStage(stage.Name, token, "x", null, Retryable: random.Next(2) == 0),
            7 => random.Next(3) switch { 0 => new PauseTask(), 1 => new ResumeTask(), _ => new RetryTask() },
            _ => new CheckDeadlines(),
        };
    }
}

using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>Leases, retries and deadlines (T7, T9): what time alone does to a task.</summary>
public sealed class LeaseRulesTests
{
    [Fact]
    public void AnyReport_AfterTheLeaseRanOut_IsRefused()
    {
        var state = Started(out var token);
        TaskCommand[] commands =
        [
            new CompleteStage("a", token),
            new FailStage("a", token, "x"),
            new ReleaseStage("a", token),
            new ReportProgress("a", token, 0.9, null) { ExtendLease = Lease },
        ];
        foreach (var command in commands)
        {
            Assert.Equal(RefusalReason.LeaseLost, Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, command, Context(31))).Reason);
            Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, command, Context(29)));
        }
    }

    [Fact]
    public void CheckDeadlines_BeforeTheLeaseRunsOut_ChangesNothing() =>
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(Started(out _), new CheckDeadlines(), Context(29)));

    [Fact]
    public void Stage_ThatLosesItsWorkersTooOften_EndsAsFailed()
    {
        var state = Created(Pipeline(Stage("a")));
        for (var i = 0; i <= Limits.MaxLostAttempts; i++)
        {
            Assert.False(state.Status.IsFinished());
            state = Apply(state, new StartStage("a", Worker, Lease), i * 100, token: i);
            state = Apply(state, new CheckDeadlines(), (i * 100) + 31, token: i + 1);
        }

        Assert.Equal(RunStatus.Failed, state.Status);
        Assert.Contains("Its worker was lost 6 times", state.Errors[0], StringComparison.Ordinal);
    }

    /// <summary>Whoever starts the worker again saw it end; the bound is for losses that nobody sees.</summary>
    [Fact]
    public void Stage_WhoseWorkerAPersonStartsAgain_IsLostAnew()
    {
        var state = Created(Pipeline(Stage("a"), Stage("b")));
        for (var i = 0; i < 4 * Limits.MaxLostAttempts; i++)
        {
            state = Apply(state, new StartStage("a", Worker, Lease), i * 100, token: i);
            state = i % 2 == 0 ? state : Apply(state, new CheckDeadlines(), (i * 100) + 31, token: i + 1);
            state = Apply(state, new RestartWorker(Worker.Name), (i * 100) + 40, token: i + 1);
            Assert.Equal((RunStatus.Pending, 0), (state.Stages[0].Status, state.Stages[0].LostAttempts));
        }

        Assert.Equal((RunStatus.Running, 4 * Limits.MaxLostAttempts), (state.Status, state.Stages[0].Attempt));
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new RestartWorker(Worker.Name), Context(3_000)));
    }

    [Fact]
    public void RestartOfAWorker_LeavesTheLeasesOfOthers()
    {
        var state = Apply(Created(Pipeline(Stage("a"), Stage("b"))), new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new StartStage("b", Worker with { Name = "other" }, Lease), 0, token: 1);

        var next = Apply(state, new RestartWorker(Worker.Name), 1);

        Assert.Equal((RunStatus.Pending, RunStatus.Running), (next.Stages[0].Status, next.Stages[1].Status));
        Assert.Equal("other", next.Stages[1].Lease!.Worker.Name);
    }

    [Fact]
    public void Failure_IsTriedAgainAfterADelayAndOnlyAsOftenAsThePolicySays()
    {
        var state = Created(Pipeline(Stage("a") with { Retry = new RetryPolicy { MaxAttempts = 2, Jitter = 0 } }));
        state = Apply(state, new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new FailStage("a", 1, "x", null, Retryable: true), 1);
        Assert.Equal(Start.AddSeconds(2), state.Stages[0].NotBefore);
        Assert.Empty(StageReadiness.Ready(state, Start.AddSeconds(1.5)));
        Assert.Single(StageReadiness.Ready(state, Start.AddSeconds(2)));
        state = Apply(state, new StartStage("a", Worker, Lease), 3, token: 1);
        state = Apply(state, new FailStage("a", 2, "y", null, Retryable: true), 4);
        Assert.Equal((RunStatus.Failed, 2), (state.Status, state.Stages[0].Attempt));
    }

    [Fact]
    public void Retry_GivesTheWholeTimeAgainHoweverOftenItIsAsked()
    {
        var state = Apply(null, new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Pipeline(Stage("a")) with { Timeout = TimeSpan.FromSeconds(100) }), 0);
        for (var round = 1; round <= 3; round++)
        {
            state = Apply(state, new CheckDeadlines(), round * 1_000);
            Assert.Equal(RunStatus.Failed, state.Status);
            state = Apply(state, new RetryTask(), (round * 1_000) + 1);
            Assert.Equal(Start.AddSeconds((round * 1_000) + 101), state.Deadline);
        }
    }

    [Fact]
    public void CriticalFailure_LetsWhatIsAtWorkFinishAndStartsNothingMore()
    {
        var state = Created(Pipeline(Stage("a") with { Critical = true }, Stage("b"), Stage("c")));
        state = Apply(state, new StartStage("a", Worker, Lease), 0);
        state = Apply(state, new StartStage("b", Worker, Lease), 0, token: 1);
        state = Apply(state, new FailStage("a", 1, "x"), 1, token: 2);
        Assert.Equal(RunStatus.Running, state.Status);
        Assert.Equal(
            RefusalReason.InvalidState,
            Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, new StartStage("c", Worker, Lease), Context(2))).Reason);
        state = Apply(state, new CompleteStage("b", 2), 3);
        Assert.Equal((RunStatus.Failed, RunStatus.Completed, RunStatus.Pending), (state.Status, state.Stages[1].Status, state.Stages[2].Status));
    }

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void Command_OutOfBounds_IsRefusedByName(TaskCommand command)
    {
        foreach (var state in new[] { Started(out _), null })
        {
            var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, command, Context()));
            Assert.Equal(RefusalReason.InvalidInput, refused.Reason);
            Assert.NotEmpty(refused.Why);
        }
    }

    public static TheoryData<TaskCommand> OutOfBounds()
    {
        var id = TaskId.Parse("t");
        var wide = new string('x', 100_000);
        return
        [
            new CreateTask(default, JsonText.EmptyObject, null),
            new CreateTask(id, JsonText.Parse("[]"), null),
            new CreateTask(id, JsonText.Parse($$"""{"a":"{{new string('x', Limits.MaxInputLength)}}"}"""), null),
            new CreateTask(id, JsonText.EmptyObject, null) { Priority = int.MinValue },
            new CreateTask(id, JsonText.EmptyObject, null) { Retention = TimeSpan.MaxValue },
            new CreateTask(id, JsonText.EmptyObject, null) { Labels = TaskState.NoLabels.Add("", "") },
            new StartStage("a", Worker with { Name = wide }, Lease),
            new StartStage("a", Worker with { Name = null! }, Lease),
            new StartStage("a", Worker with { Incarnation = Guid.Empty }, Lease),
            new StartStage("a", Worker, TimeSpan.MaxValue),
            new StartStage("a", Worker, TimeSpan.Zero),
            new ReportProgress("a", 1, 0.5, null) { ExtendLease = TimeSpan.MaxValue },
            new ReportProgress("a", 1, 0.5, null) { Unit = wide, UnitCount = 1 },
            new ReportProgress("a", 1, 0.5, null) { Unit = "u", UnitCount = 0 },
            new ReportProgress(default, 1, 0.5, null),
            new CompleteStage("a", 1) { Artifacts = default },
            new CompleteStage("a", 1) { Artifacts = [.. Enumerable.Range(0, 65).Select(i => new Artifact($"{i}", "u", 1, "", ""))] },
            new CompleteStage("a", 1) { ArtifactAddresses = StageState.EmptyArtifacts.Add("name", wide) },
            new CompleteStage("a", 1) { Warnings = [.. Enumerable.Repeat("w", 10_000)] },
            new CompleteStage("a", 1) { TaskResult = JsonText.FromString(wide) },
            new FailStage("a", 1, null!),
            new FailStage("a", 1, "x", wide),
            new DeclareWorkerLost(wide),
            new RestartWorker(wide),
            new AddStage(default),
            new ReleaseStage(default, 1),
        ];
    }

    [Fact]
    public void Messages_HoweverManyAndLong_AreBounded()
    {
        var state = Created();
        state = Apply(state, new AddStage("a"));
        for (var i = 0; i < Limits.MaxMessages + 50; i++)
        {
            state = Apply(state, new FailStage("a", null, new string('é', 20_000)));
        }

        Assert.Equal(Limits.MaxMessages, state.Errors.Length);
        Assert.Equal("More messages followed; they are left out here.", state.Errors[^1]);
        Assert.All(state.Errors, error => Assert.True(error.Length <= Limits.MaxMessageLength));
    }

    private static TaskState Started(out long token)
    {
        var state = Apply(Created(Pipeline(Stage("a"))), new StartStage("a", Worker, Lease), 0);
        token = state.Stages[0].Lease!.Token;
        return state;
    }
}

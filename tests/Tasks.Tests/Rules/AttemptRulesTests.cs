using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>What becomes of attempts that did not complete their stage, and who had them.</summary>
public sealed class AttemptRulesTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    [Fact]
    public void HandBack_CountsForNothingAndSaysWhy()
    {
        var state = HandedBack(Begun(Created(Pipeline(Stage("a") with { Retry = Pipelines.RetryPolicy.None })), 0, "bad"), 1, "ffmpeg is missing.");

        var stage = state.Stages[0];
        Assert.Equal((RunStatus.Pending, 1, 0, 0), (stage.Status, stage.Attempt, stage.FailedAttempts, stage.LostAttempts));
        Assert.Equal("ffmpeg is missing.", stage.Error);
        Assert.Equal([("bad", FormerAttempt.HandedBack, "ffmpeg is missing.")], Attempts(stage));
        Assert.Empty(state.Errors);

        // Another worker may have it at once.
        Assert.Single(StageReadiness.Ready(state, Start.AddSeconds(1)));
        Assert.Null(Begun(state, 1, "good").Stages[0].Error);
    }

    [Fact]
    public void Start_OfAStageWithLimitsThatWereNotAsked_IsRefused()
    {
        var state = Created(Pipeline(Stage("a") with { Limits = [new Pipelines.StageLimit("gpu")] }));
        var start = new StartStage("a", Worker, Lease);

        var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, start, Context()));
        Assert.Equal(
            (RefusalReason.InvalidState, "Stage a has just become free, and needs slots of its limits before it is started. Ask again."),
            (refused.Reason, refused.Why));
        Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(state, start, Context() with { Granted = "a" }));
    }

    [Fact]
    public void HandBack_AgainAndAgain_WaitsLongerEachTimeUpToABoundAndNeverFails()
    {
        var state = Created(Pipeline(Stage("a")));
        var (at, waits) = (0, new List<double>());
        for (var i = 0; i < 30; i++)
        {
            state = HandedBack(Begun(state, at, "bad"), at + 1, "no");
            waits.Add(((state.Stages[0].NotBefore ?? Start.AddSeconds(at + 1)) - Start.AddSeconds(at + 1)).TotalSeconds);
            at += 200;
        }

        Assert.Equal(0, waits[0]);
        Assert.InRange(waits[1], 0.5, 1.5);
        Assert.InRange(waits[4], 4, 12);
        Assert.All(waits, wait => Assert.InRange(wait, 0, Longest.TotalSeconds));
        Assert.All(waits[10..], wait => Assert.InRange(wait, 30, Longest.TotalSeconds));
        Assert.Equal((RunStatus.Running, FormerAttempt.MaxKept), (state.Status, state.Stages[0].FormerAttempts!.Value.Length));

        // What a worker has really tried in between begins the count anew.
        state = Apply(Begun(state, at, "good"), new FailStage("a", Token(state) + 1, "x", null, Retryable: true), at + 1);
        state = HandedBack(Begun(state, at + 200, "bad"), at + 201, "no");
        Assert.Null(state.Stages[0].NotBefore);
    }

    [Fact]
    public void Loss_IsFollowedByADelayThatGrows()
    {
        var state = Created(Pipeline(Stage("a")));
        var waits = new List<double>();
        for (var i = 0; i < Limits.MaxLostAttempts; i++)
        {
            state = Apply(Begun(state, i * 200, $"w{i}"), new CheckDeadlines(), (i * 200) + 31);
            waits.Add((state.Stages[0].NotBefore! - Start.AddSeconds((i * 200) + 31)).Value.TotalSeconds);
        }

        Assert.InRange(waits[0], 0.5, 1.5);
        Assert.InRange(waits[4], 8, 24);
        Assert.Empty(StageReadiness.Ready(state, Start.AddSeconds(835)));

        state = Apply(Begun(state, 1_000, "w5"), new CheckDeadlines(), 1_031);
        Assert.Equal("a: Its worker was lost 6 times: w0, w1, w2, w3, w4, w5. (attempt 6)", state.Errors.Single());
    }

    [Fact]
    public void EveryEnd_IsKeptWithItsWorker()
    {
        var state = Begun(Created(Pipeline(Stage("a"), Stage("b", "a"))), 0, "one");
        state = Apply(state, new FailStage("a", Token(state), "broken", null, Retryable: true), 1);
        state = Begun(state, 100, "two");
        state = Apply(state, new ReleaseStage("a", Token(state)), 101);
        state = Begun(state, 102, "three");
        state = Apply(state, new RestartWorker("three"), 103);
        state = Begun(state, 104, "four");
        state = Apply(state, new CancelTask(), 105);
        state = Begun(Apply(state, new RetryTask(), 106), 107, "five");
        state = Apply(state, new CompleteStage("a", Token(state)), 108);

        (string, string, string?)[] expected =
        [
            ("one", FormerAttempt.Failed, "broken"),
            ("two", FormerAttempt.Released, null),
            ("three", FormerAttempt.Released, null),
            ("four", FormerAttempt.Interrupted, null),
        ];
        Assert.Equal(expected, Attempts(state.Stages[0]));
        Assert.Equal([1, 2, 3, 4], state.Stages[0].FormerAttempts!.Value.Select(attempt => attempt.Attempt));
        Assert.Equal("five", state.Stages[0].CompletedBy);

        // Done again: who completed it before is not who does it now.
        state = Apply(state, new RetryTask { Stages = ["a"] }, 200);
        Assert.Null(state.Stages[0].CompletedBy);
    }

    [Fact]
    public void Words_HoweverLong_AreBounded()
    {
        var state = HandedBack(Begun(Created(Pipeline(Stage("a"))), 0, "bad"), 1, new string('x', 100_000));
        Assert.Equal(Limits.MaxMessageLength, state.Stages[0].Error!.Length);
        Assert.Equal(FormerAttempt.MaxWhy, state.Stages[0].FormerAttempts!.Value[0].Why!.Length);
    }

    [Fact]
    public void ArtifactFolder_IsKeptAndIsNoPartOfTheContent()
    {
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null);
        var folder = new ArtifactFolder("ab12", "/data/artifacts");
        var state = Apply(null, create with { ArtifactFolder = folder });

        Assert.Equal(folder, state.ArtifactFolder);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, create, Context()));
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, create with { ArtifactFolder = folder with { Id = "cd" } }, Context()));
        Assert.Equal(Apply(null, create).ContentHash, state.ContentHash);
        Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(null, create with { ArtifactFolder = folder with { Id = "" } }, Context()));
    }

    [Fact]
    public void TraceParent_IsKeptAndIsNoPartOfTheContent()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null);
        var state = Apply(null, create with { TraceParent = Parent });

        Assert.Equal(Parent, state.TraceParent);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, create, Context()));
        Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(null, create with { TraceParent = "somebody" }, Context()));
    }

    private static TaskState Begun(TaskState state, int seconds, string worker) =>
        Apply(state, new StartStage("a", Worker with { Name = worker }, Lease), seconds, token: state.Stages[0].Attempt);

    private static TaskState HandedBack(TaskState state, int seconds, string reason) =>
        Apply(state, new ReleaseStage("a", Token(state)) { Reason = reason }, seconds);

    private static long Token(TaskState state) => state.Stages[0].Lease?.Token ?? state.Stages[0].Attempt;

    private static IEnumerable<(string Worker, string End, string? Why)> Attempts(StageState stage) =>
        stage.FormerAttempts!.Value.Select(attempt => (attempt.Worker, attempt.End, attempt.Why));
}

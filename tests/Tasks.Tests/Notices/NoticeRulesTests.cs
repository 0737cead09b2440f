using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Notices;

/// <summary>What a change has to tell, and what becomes of it.</summary>
public sealed class NoticeRulesTests
{
    private static readonly Webhook Everything = new("all", "a", "https://example.org/", WebhookSecret.Create(), Now);

    private static readonly Webhook Failures = Everything with { Name = "failures", Id = "f", Events = ["task.failed", "stage.*"] };

    [Fact]
    public void Note_OverALifeOfATask_TellsEachStatusOnceAndNoProgress()
    {
        var states = Life().ToList();
        var notices = Fold(states, Everything)!;

        Assert.Equal(
            ["1 task.created", "2 stage.running work", "2 task.running", "4 stage.completed work", "5 stage.running later", "6 stage.failed later",
                "6 task.failed", "7 stage.pending later", "7 task.running", "8 stage.running later", "9 stage.cancelled later", "9 task.cancelled",
                "10 task.deleted"],
            notices.Events.Select(notice => $"{notice.Version} {notice.Type} {notice.Stage}".TrimEnd()));
        Assert.Equal(Enumerable.Range(1, 13).Select(number => (long)number), notices.Events.Select(notice => notice.Number));
        Assert.Equal(notices.Events.Select(notice => notice.Number), notices.Lines["a"].Waiting);
        Assert.Equal("No voice.", notices.Find(6)!.Error);
        Assert.Equal("running", notices.Find(7)!.From);
    }

    [Fact]
    public void Note_WithNobodyWhoWantsIt_LeavesTheDocumentAsItWas()
    {
        var states = Life().ToList();
        Assert.Null(Fold(states));
        Assert.Null(Fold(states, Everything with { Labels = TaskState.NoLabels.Add("team", "red") }));
        Assert.Null(Fold(states, Everything with { DisabledAt = Now }));

        var plain = new TaskDocument(states[3], new CommitRecord { TaskId = "t", Version = states[3]!.Version, WrittenAt = Now });
        Assert.DoesNotContain("notices", plain.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void Note_PutsEventsInTheLinesOfThoseAloneWhoWantThem()
    {
        var labelled = Everything with { Id = "l", Labels = TaskState.NoLabels.Add("team", "blue") };
        var notices = Fold(Life().Select(state => state is null ? null : state with { Labels = TaskState.NoLabels.Add("team", "blue") }), Failures, labelled)!;

        Assert.Equal(
            ["stage.running", "stage.completed", "stage.running", "stage.failed", "task.failed", "stage.pending", "stage.running", "stage.cancelled"],
            notices.Lines["f"].Waiting.Select(number => notices.Find(number)!.Type));
        Assert.Equal(13, notices.Lines["l"].Waiting.Length);
    }

    [Fact]
    public void Note_AfterASubscriptionIsDeleted_LetsGoOfWhatWaitsForIt()
    {
        var before = Fold(Life().Take(2), Everything, Failures)!;
        var after = NoticeRules.Note(before, Of(RunStatus.Running, RunStatus.Running), null, 9, Now, Hooks(Everything))!;

        Assert.Equal(["a"], after.Lines.Keys);
        Assert.Equal("task.deleted", after.Events[^1].Type);
        Assert.Empty(NoticeRules.Dropped(after, "a").Lines);
    }

    [Fact]
    public void Note_PastTheBound_MakesRoomAndSaysHowMany()
    {
        TaskNotices? notices = null;
        for (var i = 0; i < NoticeRules.MaxEvents + 5; i++)
        {
            var (before, after) = i % 2 == 0 ? (RunStatus.Running, RunStatus.Paused) : (RunStatus.Paused, RunStatus.Running);
            notices = NoticeRules.Note(notices, Of(before, RunStatus.Pending), Of(after, RunStatus.Pending), i, Now, Hooks(Everything));
        }

        Assert.Equal(NoticeRules.MaxEvents, notices!.Events.Length);
        Assert.Equal(NoticeRules.MaxEvents, notices.Lines["a"].Waiting.Length);
        Assert.Equal(5, notices.Lines["a"].Missed);
        Assert.Equal(6, notices.Lines["a"].Waiting[0]);
        Assert.InRange(new TaskDocument(null, new CommitRecord { Notices = notices }).ToUtf8Json().Length, 0, 200_000);

        var told = NoticeRules.Told(notices, "a", notices.Lines["a"].Waiting);
        Assert.Equal(NoticeRules.MaxToldEvents, told.Events.Length);
        Assert.Equal(0, told.Lines["a"].Missed);
    }

    [Fact]
    public void Told_Failed_GivenUpAndReplayed_KeepTheOrder()
    {
        var notices = Fold(Life(), Everything)!;
        notices = NoticeRules.Told(notices, "a", [1, 2]);
        notices = NoticeRules.Failed(notices, "a", 3, Now.AddMinutes(1));
        Assert.Equal((3, Now.AddMinutes(1)), (notices.Lines["a"].Attempt, notices.Lines["a"].Due));
        Assert.Equal(0, NoticeRules.Told(notices, "a", [3]).Lines["a"].Attempt);

        notices = NoticeRules.GivenUp(notices, "a");
        Assert.Empty(notices.Lines["a"].Waiting);
        Assert.Null(notices.NextDue(Now));
        Assert.Equal(11, notices.Lines["a"].Failed.Length);

        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], NoticeRules.Replayed(notices, Everything, told: false, null).Lines["a"].Waiting);
        var again = NoticeRules.Replayed(notices, Everything, told: true, null);
        Assert.Equal(Enumerable.Range(1, 13).Select(number => (long)number), again.Lines["a"].Waiting);
        Assert.Same(again, NoticeRules.Replayed(again, Everything, told: true, null));
    }

    [Fact]
    public void Schedule_OfATaskThatHasSomethingToTell_WakesItWhateverItsStatus()
    {
        var written = Start.AddSeconds(1);
        var notices = Fold(Life(), Everything)!;
        Assert.Equal(Start.AddSeconds(15), ScheduleOf(notices));
        Assert.Equal(Start.AddSeconds(75), ScheduleOf(NoticeRules.Failed(notices, "a", 1, written.AddMinutes(1))));
        Assert.Null(ScheduleOf(NoticeRules.GivenUp(notices, "a")));

        DateTimeOffset? ScheduleOf(TaskNotices notices) =>
            new TaskDocument(null, new CommitRecord { TaskId = "t", WrittenAt = written, Notices = notices }).GetSchedule().NextDue;
    }

    [Fact]
    public void Document_WithNotices_IsReadAsItWasWritten()
    {
        var bytes = new TaskDocument(null, new CommitRecord { TaskId = "t", Notices = Fold(Life(), Everything, Failures) }).ToUtf8Json().ToArray();
        var loaded = new TaskDocument();
        loaded.Load(bytes);
        Assert.Equal(bytes, new TaskDocument(loaded.State, loaded.Commit).ToUtf8Json().ToArray());
        Assert.Equal(8, loaded.Commit.Notices!.Lines["f"].Waiting.Length);
    }

    [Fact]
    public void Wait_GrowsToAboutADayAndThenEnds()
    {
        var waits = Enumerable.Range(1, NoticeRules.MaxAttempts - 1).Select(attempt => NoticeRules.WaitAfter(attempt, null, 0.5)!.Value).ToList();
        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromHours(20), TimeSpan.FromHours(24));
        Assert.Null(NoticeRules.WaitAfter(NoticeRules.MaxAttempts, TimeSpan.FromSeconds(1), 0.5));
        Assert.Equal(TimeSpan.FromSeconds(4), NoticeRules.WaitAfter(1, TimeSpan.FromSeconds(1), 0));
        Assert.Equal(TimeSpan.FromMinutes(7), NoticeRules.WaitAfter(1, TimeSpan.FromMinutes(7), 1));
        Assert.Equal(TimeSpan.FromHours(1), NoticeRules.WaitAfter(1, TimeSpan.FromDays(7), 1));
    }

    [Fact]
    public void Message_OfAnEvent_IsAlwaysTheSameAndHasAnIdOfItsOwn()
    {
        var notices = Fold(Life(), Everything)!;
        var messages = notices.Events.Select(notice => NoticeMessage.Of("t", notice)).ToList();
        Assert.Equal(messages.Count, messages.Select(message => message.Id).Distinct().Count());
        Assert.All(messages, message => Assert.DoesNotContain('.', message.Id));
        var again = NoticeMessage.Of("t", notices.Events[5]);
        Assert.Equal(messages[5].Id, again.Id);
        Assert.Equal(messages[5].Body.ToArray(), again.Body.ToArray());
        Assert.NotEqual(again.Id, NoticeMessage.Of("other", notices.Events[5]).Id);
        Assert.NotEqual(again.Id, NoticeMessage.Of("t", notices.Events[5] with { At = Now.AddDays(2) }).Id);

        var body = JsonDocument.Parse(again.Body).RootElement;
        Assert.Equal("stage.failed", body.GetProperty("type").GetString());
        Assert.Equal(Now, body.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal(
            """{"task_id":"t","version":6,"stage":"later","attempt":1,"former_status":"running","error":"No voice."}""",
            body.GetProperty("data").GetRawText());
    }

    /// <summary>The longest texts that a task can have, all of them escaped: six bytes for a character.</summary>
    [Fact]
    public void Message_OfTheLongestTexts_IsWithinItsBound()
    {
        var notice = new TaskNotice
        {
            Type = "stage.completed",
            Stage = new string('é', StageName.MaxLength),
            Error = new string('\u0001', NoticeRules.MaxErrorLength),
            From = "completed",
            Version = long.MaxValue,
            Attempt = int.MaxValue,
        };
        Assert.InRange(NoticeMessage.Of(new string('t', TaskId.MaxLength), notice).Body.Length, 0, NoticeMessage.MaxBodyBytes);
    }

    [Fact]
    public void Signature_OfAKnownMessage_IsAsComputedByHand()
    {
        var secret = "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));
        var hash = HMACSHA256.HashData("0123456789abcdef0123456789abcdef"u8, "msg_1.1700000000.{\"a\":1}"u8);
        Assert.Equal($"v1,{Convert.ToBase64String(hash)}", WebhookSecret.Sign(secret, "msg_1", 1_700_000_000, "{\"a\":1}"u8));
    }

    [Theory]
    [InlineData("ftp://example.org/", null)]
    [InlineData("//example.org/", null)]
    [InlineData("https://user:word@example.org/", null)]
    [InlineData("https://example.org/#part", null)]
    [InlineData("https://example.org/\n", null)]
    [InlineData("https://example.org/", "task.finished")]
    [InlineData("https://example.org/", "webhook.test")]
    public void Webhook_OutOfBounds_IsRefusedInASentence(string url, string? pattern)
    {
        var webhook = Everything with { Url = url, Events = pattern is null ? null : [pattern] };
        Assert.EndsWith(".", webhook.Check(), StringComparison.Ordinal);
        Assert.Null(Everything.Check());
        Assert.DoesNotContain(Everything.Secret, $"{Everything}", StringComparison.Ordinal);
        Assert.DoesNotContain(Everything.Secret[6..], SecretText.Mask($"It has {Everything.Secret}."), StringComparison.Ordinal);
    }

    private static Webhooks Hooks(params Webhook[] all) => new() { All = [.. all] };

    private static TaskNotices? Fold(IEnumerable<TaskState?> states, params Webhook[] all)
    {
        TaskNotices? notices = null;
        TaskState? before = null;
        var version = 0;
        foreach (var state in states)
        {
            notices = NoticeRules.Note(notices, before, state, ++version, Now, Hooks(all));
            before = state;
        }

        return notices;
    }

    /// <summary>A task from its creation to its deletion, with a report of progress in between, at each of its versions.</summary>
    private static IEnumerable<TaskState?> Life()
    {
        var state = Created(Pipeline(Stage("work"), Stage("later", "work")));
        yield return state;
        yield return state = Apply(state, new StartStage("work", Worker, Lease), token: 1);
        var token = state.Stages[0].Lease!.Token;
        yield return state = Apply(state, new ReportProgress("work", token, 0.5, "half"));
        yield return state = Apply(state, new CompleteStage("work", token));
        yield return state = Apply(state, new StartStage("later", Worker, Lease), token: 2);
        yield return state = Apply(state, new FailStage("later", state.Stages[1].Lease!.Token, "No voice."));
        yield return state = Apply(state, new RetryTask());
        yield return state = Apply(state, new StartStage("later", Worker, Lease), token: 3);
        yield return Apply(state, new CancelTask());
        yield return null;
    }
}

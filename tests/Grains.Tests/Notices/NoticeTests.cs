using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Grains.Notices;
using VideoGen.Grains.Tests.Cluster;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Notices;

/// <summary>What tasks tell subscribers, in a real silo over a store that outlives it.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Here = "https://here.example/";

    private const string Dead = "https://dead.example/";

    private static readonly NoticeAnswer Refusal = new(NoticeOutcome.Failed, "It answered 500.");

    private readonly ShiftedTime _time = new();
    private readonly FakeSender _sender = new();
    private readonly OneSilo _silo;

    public NoticeTests() => _silo = new OneSilo
    {
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<INoticeSender>(_sender),
    };

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task WhatIsStoredIsToldInOrder_AndADeadSubscriberHoldsUpNobody()
    {
        _sender.Answer = (url, _) => Task.FromResult(url == Dead ? Refusal : new NoticeAnswer(NoticeOutcome.Told));
        await SubscribeAsync("here", Here);
        await SubscribeAsync("dead", Dead);
        await LiveAsync("orderly");

        Assert.Equal(["task.created", "stage.running", "stage.completed", "task.deleted"], TypesOf(await _sender.WaitForAsync(Here, 4)));
        await WaitUntilAsync("orderly", notices => notices.Lines.Values.Count(line => line.Waiting.IsEmpty) == 1);
        Assert.Equal("task.created", Assert.Single(TypesOf(_sender.SentTo(Dead)).Distinct()));
    }

    [Fact]
    public async Task ANoticeThatFailsGoesAgainUnderItsIdWhenItsTimeHasCome_AndThoseAfterItWait()
    {
        _sender.Answer = (_, sent) => Task.FromResult(sent <= 2 ? Refusal : new NoticeAnswer(NoticeOutcome.Told));
        await SubscribeAsync("here", Here);
        await LiveAsync("again");

        await WaitUntilAsync("again", notices => notices.Lines.Values.Single().Attempt == 1);
        var due = NoticesOf("again")!.Lines.Values.Single().Due!.Value;
        Assert.InRange(due - _time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
        await PokeAsync("again", TimeSpan.FromSeconds(7));
        await WaitUntilAsync("again", notices => notices.Lines.Values.Single().Attempt == 2);
        Assert.Equal(2, _sender.SentTo(Here).Count);

        await PokeAsync("again", TimeSpan.FromSeconds(40));
        var sent = await _sender.WaitForAsync(Here, 6);
        Assert.Equal(["task.created", "task.created", "task.created", "stage.running", "stage.completed", "task.deleted"], TypesOf(sent));
        Assert.Equal(4, sent.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task ASiloThatDiesBetweenTheCommitAndTheTelling_LosesNothing()
    {
        var never = new TaskCompletionSource<NoticeAnswer>();
        _sender.Answer = (_, _) => never.Task;
        await SubscribeAsync("here", Here);

        // The silo that comes up reads who is subscribed before its first task.
        await _silo.RestartAsync(recover: false);
        await LiveAsync("survivor");
        var first = Assert.Single(await _sender.WaitForAsync(Here, 1));

        _sender.Answer = (_, _) => Task.FromResult(new NoticeAnswer(NoticeOutcome.Told));
        await _silo.RestartAsync(recover: true);

        var sent = await _sender.WaitForAsync(Here, 5);
        Assert.Equal(first.Id, sent[1].Id);
        Assert.Equal(first.Body.ToArray(), sent[1].Body.ToArray());
        Assert.Equal(["task.created", "stage.running", "stage.completed", "task.deleted"], TypesOf(sent).Skip(1));
        await WaitUntilAsync("survivor", notices => notices.Lines.Values.Single().Waiting.IsEmpty);
    }

    [Fact]
    public async Task NoTaskComesUpInASiloThatHasNotReadWhoIsSubscribed()
    {
        await SubscribeAsync("here", Here);
        var read = new TaskCompletionSource();
        _silo.Store.ReadingSettings = name => name == "webhooks" ? read.Task : Task.CompletedTask;
        await _silo.RestartAsync(recover: false);

        var created = CreateAsync("early");
        Assert.NotSame(created, await Task.WhenAny(created, Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken)));
        read.SetResult();
        await created;
        Assert.Single(await _sender.WaitForAsync(Here, 1));
    }

    [Fact]
    public async Task WhatIsGivenUpAfterADayStays_AndIsToldWhenItIsReplayed()
    {
        _sender.Answer = static (_, _) => Task.FromResult(Refusal);
        await SubscribeAsync("here", Here);
        await LiveAsync("given-up");
        for (var attempt = 1; attempt < NoticeRules.MaxAttempts; attempt++)
        {
            await WaitUntilAsync("given-up", notices => notices.Lines.Values.Single().Attempt == attempt);
            await PokeAsync("given-up", TimeSpan.FromHours(13));
        }

        await WaitUntilAsync("given-up", notices => notices.Lines.Values.Single() is { Waiting.IsEmpty: true, Failed.Length: 4 });
        Assert.Equal(NoticeRules.MaxAttempts, _sender.SentTo(Here).Count);

        _sender.Answer = static (_, _) => Task.FromResult(new NoticeAnswer(NoticeOutcome.Told));
        var request = new WebhookReplayRequest { Task = "given-up" };
        Assert.Equal(new WebhookReplay(1, 4, null), await Webhooks.ReplayAsync("here", request));
        var sent = await _sender.WaitForAsync(Here, NoticeRules.MaxAttempts + 4);
        Assert.Equal(["task.created", "stage.running", "stage.completed", "task.deleted"], TypesOf(sent).Skip(NoticeRules.MaxAttempts));
        Assert.Equal(4, sent.Select(message => message.Id).Distinct().Count());

        await WaitUntilAsync("given-up", notices => notices.Lines.Values.Single().Waiting.IsEmpty);
        Assert.Equal(new WebhookReplay(1, 0, null), await Webhooks.ReplayAsync("here", request));
        Assert.Equal(new WebhookReplay(1, 4, null), await Webhooks.ReplayAsync("here", request with { Told = true }));
        Assert.Null(await Webhooks.ReplayAsync("nobody", request));
    }

    [Fact]
    public async Task ASubscriberThatIsGoneIsAskedNoMore_UntilItIsEnabled()
    {
        _sender.Answer = static (_, _) => Task.FromResult(new NoticeAnswer(NoticeOutcome.Gone, "It answered 410: it is gone."));
        await SubscribeAsync("here", Here);
        await LiveAsync("gone");
        await WaitUntilAsync("gone", notices => !notices.Lines.Values.Single().Failed.IsEmpty);
        Assert.NotNull((await Webhooks.ReadAsync()).All.Single().DisabledAt);
        await CreateAsync("later");
        Assert.Null(NoticesOf("later"));
        Assert.Single(_sender.SentTo(Here));

        await Assert.ThrowsAsync<ArgumentException>(() => Webhooks.ReplayAsync("here", new WebhookReplayRequest()));
        Assert.True(await Webhooks.EnableAsync("here"));
        Assert.False(await Webhooks.EnableAsync("nobody"));
        Assert.Null((await Webhooks.ReadAsync()).All.Single().DisabledAt);
    }

    [Fact]
    public async Task WithoutASubscription_ATaskStoresNothingOfIt()
    {
        await LiveAsync("quiet");
        Assert.Null(NoticesOf("quiet"));

        await SubscribeAsync("here", Here);
        Assert.True(await Webhooks.RemoveAsync("here"));
        Assert.False(await Webhooks.RemoveAsync("here"));
        await _silo.Services.GetRequiredService<NoticeBook>().RefreshAsync();
        await LiveAsync("quiet-again");
        Assert.Null(NoticesOf("quiet-again"));
        Assert.Empty(_sender.SentTo(Here));
    }

    [Fact]
    public async Task SubscriptionsHaveABound_AndNamesOfTheirOwn()
    {
        for (var i = 0; i < VideoGen.Tasks.Notices.Webhooks.MaxWebhooks; i++)
        {
            await Webhooks.AddAsync(NewWebhook($"hook-{i}", Here));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Webhooks.AddAsync(NewWebhook("one-more", Here)));
        await Webhooks.RemoveAsync("hook-0");
        await Assert.ThrowsAsync<ArgumentException>(() => Webhooks.AddAsync(NewWebhook("hook-1", Here)));
        await Assert.ThrowsAsync<ArgumentException>(() => Webhooks.AddAsync(NewWebhook("unsound", "here")));
    }

    private IWebhooksGrain Webhooks => _silo.Grains.GetGrain<IWebhooksGrain>(0);

    private static Webhook NewWebhook(string name, string url) => new(name, Webhook.NewId(), url, WebhookSecret.Create(), DateTimeOffset.UnixEpoch);

    /// <summary>A subscription that this silo knows of.</summary>
    private async Task SubscribeAsync(string name, string url)
    {
        await Webhooks.AddAsync(NewWebhook(name, url));
        await _silo.Services.GetRequiredService<NoticeBook>().RefreshAsync();
    }

    private Task<TaskReply> CreateAsync(string task) => SendAsync(task, new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, null));

    /// <summary>Four events of a task that its caller orchestrates: created, a stage running and completed, deleted.</summary>
    private async Task LiveAsync(string task)
    {
        await CreateAsync(task);
        await SendAsync(task, new AddStage("work"));
        await SendAsync(task, new ReportProgress("work", null, 0.5, null) { Durable = true });
        await SendAsync(task, new StartStage("work", null, TimeSpan.FromMinutes(1)));
        await SendAsync(task, new CompleteStage("work", null));
        await SendAsync(task, new DeleteTask());
    }

    private async Task<TaskReply> SendAsync(string task, TaskCommand command)
    {
        var reply = await _silo.ExecuteAsync(task, command);
        Assert.Equal(CommandOutcome.Applied, reply.Outcome);
        return reply;
    }

    private Task PokeAsync(string task, TimeSpan later)
    {
        _time.Shift += later;
        return _silo.Task(task).PokeAsync();
    }

    private TaskNotices? NoticesOf(string task) => _silo.Store.Read(task)?.Commit.Notices;

    private async Task WaitUntilAsync(string task, Func<TaskNotices, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (NoticesOf(task) is not { } notices || !holds(notices))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static IEnumerable<string?> TypesOf(IEnumerable<NoticeMessage> messages) =>
        messages.Select(message => JsonDocument.Parse(message.Body).RootElement.GetProperty("type").GetString());

    /// <summary>The clock on the wall, which goes on only when a test says so; what is measured goes on as it does.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        private readonly DateTimeOffset _began = System.GetUtcNow();

        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => _began + Shift;
    }
}

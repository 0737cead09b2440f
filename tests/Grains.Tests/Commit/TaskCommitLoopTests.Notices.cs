using VideoGen.Grains.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>What subscribers are to be told stands in the write of the change itself, whatever becomes of that write.</summary>
public sealed partial class TaskCommitLoopTests
{
    private static readonly Webhooks Hooks = new()
    {
        All = [new Webhook("all", "a", "https://example.org/", WebhookSecret.Create(), DateTimeOffset.UnixEpoch)],
    };

    [Fact]
    public Task AChangeAndItsNotice_AreOneWrite_AndProgressHasNone() => OnOneScheduler(async () =>
    {
        var loop = Subscribed();
        await loop.SubmitAsync(NewId(), new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null));
        await loop.SubmitAsync(NewId(), new AddStage("a"));
        await loop.SubmitAsync(NewId(), new StartStage("a", null, TimeSpan.FromMinutes(1)));
        Assert.Equal(3, _record.Writes);
        await loop.SubmitAsync(NewId(), new ReportProgress("a", null, 0.5, "half") { Durable = true });
        Assert.NotEqual(CommandOutcome.Applied, (await loop.SubmitAsync(NewId(), new RetryTask())).Outcome);
        Assert.Equal(["task.created", "stage.running"], loop.Notices!.Events.Select(notice => notice.Type));
        Assert.Equal([1, 2], loop.Notices.Lines["a"].Waiting);
    });

    [Fact]
    public Task AWriteThatHappenedAndWasNotAnswered_IsToldOnce() => OnOneScheduler(async () =>
    {
        var loop = Subscribed();
        await loop.SubmitAsync(NewId(), new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null));
        await loop.SubmitAsync(NewId(), new AddStage("a"));
        _record.AfterWrites.Enqueue(MemoryRecord.Fails);
        _record.BeforeWrites.Enqueue(MemoryRecord.Fails);
        await loop.SubmitAsync(NewId(), new StartStage("a", null, TimeSpan.FromMinutes(1)));
        await loop.SubmitAsync(NewId(), new CompleteStage("a", null));

        var next = Subscribed();
        await next.LoadAsync();
        Assert.Equal(["task.created", "stage.running", "stage.completed"], next.Notices!.Events.Select(notice => notice.Type));
        Assert.Equal([1, 2, 3], next.Notices.Events.Select(notice => notice.Number));
    });

    [Fact]
    public Task WhatBecameOfANotice_IsDurableWithoutANewVersion() => OnOneScheduler(async () =>
    {
        var loop = Subscribed();
        await loop.SubmitAsync(NewId(), new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null));
        var version = loop.Version;

        // The first try fails before it is executed; whoever asked hears of the second.
        _record.BeforeWrites.Enqueue(MemoryRecord.Fails);
        Assert.True(await loop.ChangeNoticesAsync(notices => NoticeRules.Told(notices, "a", [1])));
        Assert.Equal((version, version), (loop.Version, loop.State!.Version));
        var next = Subscribed();
        await next.LoadAsync();
        Assert.Empty(next.Notices!.Lines["a"].Waiting);

        var writes = _record.Writes;
        Assert.True(await loop.ChangeNoticesAsync(notices => NoticeRules.Told(notices, "nobody", [1])));
        Assert.Equal(writes, _record.Writes);
        _circuit.Open("The cable is cut.");
        Assert.False(await loop.ChangeNoticesAsync(notices => NoticeRules.GivenUp(notices, "a")));
    });

    [Fact]
    public Task ANoticeThatCannotBeNoted_IsAskedForAgain() => OnOneScheduler(async () =>
    {
        var loop = Subscribed();
        await loop.SubmitAsync(NewId(), new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null));
        for (var i = 0; i < Quick.MaxAttempts; i++)
        {
            _record.BeforeWrites.Enqueue(MemoryRecord.Fails);
        }

        Assert.False(await loop.ChangeNoticesAsync(notices => NoticeRules.Told(notices, "a", [1])));
        Assert.Equal([1], loop.Notices!.Lines["a"].Waiting);
        Assert.True(await loop.ChangeNoticesAsync(notices => NoticeRules.Told(notices, "a", [1])));
    });

    private TaskCommitLoop Subscribed() =>
        new("t", _record, Guid.NewGuid(), new ReadsTestClock(_clock), new Random(1), Quick, Diagnostics) { Circuit = _circuit, Subscribed = () => Hooks };
}

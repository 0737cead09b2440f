using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Queues;

/// <summary>A worker that goes on with the next stage of its task takes nothing from anybody.</summary>
public sealed class ContinuingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StageQueue _queue;

    public ContinuingTests() => _queue = new StageQueue(_time);

    [Fact]
    public async Task NextStage_OfTheOldestTask_IsGivenAndHandedOutNoSecondTime()
    {
        _queue.Offer(Offer("younger", minutes: 2));
        Assert.True(_queue.TryContinue(Offer("own", minutes: 1), Worker()));
        Assert.False(_queue.TryContinue(Offer("own", minutes: 1), Worker()));
        _queue.Offer(Offer("own", minutes: 1));
        Assert.Equal("younger", await TakeAsync());
        Assert.Null(await TakeAsync());
    }

    [Theory]
    [InlineData("older", 0, 0)]
    [InlineData("urgent", 9, 1)]
    public async Task WhatComesBefore_GoesFirst(string task, int minutes, int priority)
    {
        _queue.Offer(Offer(task, minutes, priority));
        Assert.False(_queue.TryContinue(Offer("own", minutes: 1), Worker()));
        Assert.Equal(1, _queue.Count);
        Assert.Equal(task, await TakeAsync());
    }

    [Fact]
    public void WhatTheWorkerCannotDo_KeepsItFromNothing()
    {
        _queue.Offer(Offer("older") with { Needs = ["gpu"] });
        Assert.True(_queue.TryContinue(Offer("own", minutes: 1), Worker()));
        Assert.False(_queue.TryContinue(Offer("heavy") with { Needs = ["gpu"] }, Worker()));
    }

    /// <summary>A key that goes on in its place uses up its turns like any other: of eight starts each of two has four.</summary>
    [Fact]
    public async Task GoingOn_IsATurnOfItsKey()
    {
        for (var i = 0; i < 8; i++)
        {
            _queue.Offer(Offer($"other-{i}", minutes: 5) with { FairShare = new FairShare("other") });
        }

        var own = 0;
        for (var i = 0; i < 8; i++)
        {
            if (_queue.TryContinue(Offer($"own-{i}") with { FairShare = new FairShare("own") }, Worker()))
            {
                own++;
            }
            else
            {
                Assert.StartsWith("other", await TakeAsync(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(4, own);
    }

    [Fact]
    public async Task AnotherWorkerThatWaits_GetsTheStage()
    {
        var waiting = _queue.TakeAsync(Worker("other"), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(_queue.TryContinue(Offer("own"), Worker()));
        _queue.Offer(Offer("own"));
        Assert.Equal("own", (await waiting)!.Task.Value);
    }

    [Fact]
    public async Task AnotherPlaceOfTheSameWorker_MayWait()
    {
        var waiting = _queue.TakeAsync(Worker(), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(_queue.TryContinue(Offer("own"), Worker()));
        _queue.Offer(Offer("next"));
        Assert.Equal("next", (await waiting)!.Task.Value);
    }

    [Fact]
    public void PausedQueue_AndStagesWithLimits_AreNotContinued()
    {
        Assert.False(_queue.TryContinue(Offer("own") with { Limits = [new StageLimit("vendor")] }, Worker()));
        _queue.Pause();
        Assert.False(_queue.TryContinue(Offer("own"), Worker()));
        _queue.Resume();
        Assert.True(_queue.TryContinue(Offer("own"), Worker()));
    }

    [Fact]
    public async Task WhatWasNotBegunAfterAll_GoesToAnybody()
    {
        Assert.True(_queue.TryContinue(Offer("own"), Worker()));
        _queue.Forgo(Offer("own"));
        Assert.Null(await TakeAsync());
        _queue.Offer(Offer("own"));
        Assert.Equal("own", await TakeAsync());
    }

    private async Task<string?> TakeAsync() => (await _queue.TakeAsync(Worker(), TimeSpan.Zero, TestContext.Current.CancellationToken))?.Task.Value;

    private static WorkerProfile Worker(string name = "w") => new(new WorkerId(name, new Guid("0198c5f0-0000-7000-8000-000000000001")), ["kind"], []);

    private static StageOffer Offer(string task, int minutes = 0, int priority = 0) =>
        new(TaskId.Parse(task), "kind:1", 1, priority, DateTimeOffset.UnixEpoch.AddMinutes(minutes), []);
}

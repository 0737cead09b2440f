using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Queues;

public sealed class StageQueueTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Guid Incarnation = new("0198c5f0-0000-7000-8000-000000000001");

    private readonly FakeTimeProvider _time = new();
    private readonly StageQueue _queue;

    public StageQueueTests() => _queue = new StageQueue(_time);

    [Fact]
    public async Task Offer_ThatIsThereAlready_IsNotAddedAgain()
    {
        _queue.Offer(Offer("one"));
        _queue.Offer(Offer("one"));
        Assert.Equal(1, _queue.Count);
        Assert.Equal("one", await TakeAsync());
    }

    [Fact]
    public async Task Offer_ThatWasJustTaken_IsHandedOutAgainOnlyWhenItWasNotStarted()
    {
        _queue.Offer(Offer("one"));
        Assert.Equal("one", await TakeAsync());
        _queue.Offer(Offer("one"));
        Assert.Null(await TakeAsync());

        _queue.Offer(Offer("one") with { Attempt = 2 });
        Assert.Equal("one", await TakeAsync());

        _time.Advance(HandedOut.StartWithin);
        Assert.True(_queue.ExpireHandedOut());
        _queue.Offer(Offer("one") with { Attempt = 2 });
        Assert.Equal("one", await TakeAsync());

        _queue.Return(Offer("one") with { Attempt = 2 });
        Assert.Equal("one", await TakeAsync());
    }

    [Fact]
    public async Task Worker_TakesOnlyWhatItCanDo()
    {
        _queue.Offer(Offer("heavy", priority: 9, needs: "gpu"));
        _queue.Offer(Offer("light"));
        Assert.Equal("light", await TakeAsync());
        Assert.Null(await TakeAsync());
        Assert.Equal("heavy", (await _queue.TakeAsync(Worker("gpu"), TimeSpan.Zero, TestContext.Current.CancellationToken))!.Task.Value);
    }

    [Fact]
    public async Task WaitingWorkers_AreServedInOrderAndByWhatTheyCanDo()
    {
        var plain = WaitAsync(Worker());
        var gpu = WaitAsync(Worker("gpu"));
        _queue.Offer(Offer("heavy", needs: "gpu"));
        Assert.Equal("heavy", (await gpu)!.Task.Value);
        Assert.False(plain.IsCompleted);
        _queue.Offer(Offer("light"));
        Assert.Equal("light", (await plain)!.Task.Value);
        Assert.Equal(0, _queue.Waiting);
    }

    [Fact]
    public async Task Wait_ThatIsOver_LeavesNoWaiterAndDropsNoOffer()
    {
        var waiting = WaitAsync(Worker());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await waiting);
        Assert.Equal(0, _queue.Waiting);
        _queue.Offer(Offer("one"));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task OfferInTheMomentOfCancellation_GoesToSomebody()
    {
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var queue = new StageQueue(_time);
            var waiting = queue.TakeAsync(Worker(), TimeSpan.FromSeconds(10), cancel.Token);
            if (i % 2 == 0)
            {
                await cancel.CancelAsync();
                queue.Offer(Offer("one"));
            }
            else
            {
                queue.Offer(Offer("one"));
                await cancel.CancelAsync();
            }

            var taken = await waiting;
            Assert.True(taken is not null || queue.Count == 1, "The offer was lost.");
        }
    }

    [Fact]
    public void Offers_PastTheBoundWithoutAnIndex_AreRefusedInWords()
    {
        for (var i = 0; i < StageQueue.MaxOffers; i++)
        {
            Assert.Null(_queue.Offer(Offer($"t{i}")));
        }

        Assert.Equal(
            "The queue holds 200000 offers, and the store has no index to keep more; stage kind:1 of task last is offered again.", _queue.Offer(Offer("last")));
        Assert.Equal(StageQueue.MaxOffers, _queue.Count);
    }

    [Fact]
    public async Task Offers_PastTheBoundBesideAnIndex_MakeRoomForUrgentOnesAndForSmallKeys()
    {
        _queue.IsIndexed = true;
        for (var i = 0; i < StageQueue.MaxIndexedOffers + 10; i++)
        {
            Assert.Null(_queue.Offer(Offer($"t{i}", share: "large")));
        }

        Assert.False(_queue.IsComplete);
        _queue.Offer(Offer("urgent", minutes: 9, priority: 1));
        _queue.Offer(Offer("small", minutes: 9, share: "small"));
        Assert.Equal(StageQueue.MaxIndexedOffers, _queue.Count);
        Assert.Equal(["urgent", "t0", "small", "t1"], [await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task Replace_HoldsWhatTheIndexHoldsAndWhatCameSince()
    {
        _queue.IsIndexed = true;
        _queue.Offer(Offer("gone"));
        _queue.Offer(Offer("stays", minutes: 1));
        var before = _queue.Arrivals;
        _queue.Offer(Offer("since", minutes: 2));
        _queue.Replace([Offer("stays", minutes: 1), Offer("new", minutes: 3)], before);
        Assert.Equal(["stays", "since", "new", null], [await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync()]);

        // The index shows a stage until its start is stored.
        _queue.Replace([Offer("new", minutes: 3)], _queue.Arrivals);
        Assert.Null(await TakeAsync());
    }

    [Fact]
    public async Task Replace_ServesWorkersThatWait()
    {
        var waiting = WaitAsync(Worker());
        _queue.Replace([Offer("one")], 0);
        Assert.Equal("one", (await waiting)!.Task.Value);
    }

    [Fact]
    public async Task APausedQueue_HandsNothingOutUntilItIsResumed()
    {
        _queue.Pause();
        _queue.Offer(Offer("one"));
        Assert.Null(await TakeAsync());
        var waiting = WaitAsync(Worker());
        _queue.Offer(Offer("two", minutes: 1));
        Assert.False(waiting.IsCompleted);
        _queue.Resume();
        Assert.Equal("one", (await waiting)!.Task.Value);
        Assert.Equal("two", await TakeAsync());
    }

    [Fact]
    public async Task AnOfferWithLimits_WaitsForItsSlots_AndWhatNeedsNoneGoesOnWhenTheyAreTaken()
    {
        var wanted = new List<LimitSet>();
        var queue = new StageQueue(_time) { SlotsWanted = wanted.Add };
        queue.Offer(Offer("limited", priority: 1) with { Limits = [new StageLimit("gpu")] });
        var first = queue.TakeAsync(Worker(), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        queue.Offer(Offer("free"));
        Assert.False(first.IsCompleted);
        var set = Assert.Single(wanted.Distinct());

        set.IsFull = true;
        queue.Match();
        Assert.Equal("free", (await first)!.Task.Value);

        var second = queue.TakeAsync(Worker(), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(queue.Wants(set));
        Assert.Equal("limited", queue.Grant(set)!.Task.Value);
        Assert.Equal("limited", (await second)!.Task.Value);
        Assert.Null(queue.Grant(set));
        Assert.False(queue.Wants(set));
    }

    [Fact]
    public void Profile_OutOfBounds_IsRefused()
    {
        var profile = new WorkerProfile(new WorkerId(new string('x', 10_000), Guid.Empty), ["k"], []);
        Assert.StartsWith("A worker has a name of 1 to 256 characters", profile.Check(), StringComparison.Ordinal);
        Assert.Equal(
            "Worker w says nothing of its incarnation; it needs an id that is new for each start of the process.",
            (profile with { Worker = new WorkerId("w", Guid.Empty) }).Check());
    }

    private Task<StageOffer?> WaitAsync(WorkerProfile worker) =>
        _queue.TakeAsync(worker, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    private async Task<string?> TakeAsync() => (await _queue.TakeAsync(Worker(), TimeSpan.Zero, TestContext.Current.CancellationToken))?.Task.Value;

    private static WorkerProfile Worker(params string[] capabilities) => new(new WorkerId("w", Incarnation), ["kind"], [.. capabilities]);

    private static StageOffer Offer(string task, int minutes = 0, int priority = 0, params string[] needs) =>
        new(TaskId.Parse(task), "kind:1", 1, priority, Created.AddMinutes(minutes), [.. needs]);

    private static StageOffer Offer(string task, string share, double weight = 1, int minutes = 0, int priority = 0) =>
        Offer(task, minutes, priority) with { FairShare = new FairShare(share, weight) };
}

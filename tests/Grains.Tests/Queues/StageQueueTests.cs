using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Queues;

public sealed class StageQueueTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly StageQueue _queue = new();

    [Fact]
    public async Task Offers_AreTakenByPriorityThenAgeThenArrival()
    {
        _queue.Offer(Offer("late", minutes: 5));
        _queue.Offer(Offer("early", minutes: 1));
        _queue.Offer(Offer("early-too", minutes: 1));
        _queue.Offer(Offer("urgent", minutes: 9, priority: 1));
        Assert.Equal(["urgent", "early", "early-too", "late"], [await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync()]);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Offer_ThatIsThereAlready_IsNotAddedAgain()
    {
        _queue.Offer(Offer("one"));
        _queue.Offer(Offer("one"));
        Assert.Equal(1, _queue.Count);
        Assert.Equal("one", await TakeAsync());
        _queue.Offer(Offer("one"));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task Offer_ThatIsThereWithAnotherPriority_TakesTheNewOne()
    {
        _queue.Offer(Offer("first"));
        _queue.Offer(Offer("second"));
        _queue.Offer(Offer("third", priority: 1));
        _queue.Offer(Offer("second", priority: 2));
        _queue.Offer(Offer("third", priority: 0));

        Assert.Equal(3, _queue.Count);
        Assert.Equal(["second", "first", "third"], [await TakeAsync(), await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task Worker_TakesOnlyWhatItCanDo()
    {
        _queue.Offer(Offer("heavy", priority: 9, needs: "gpu"));
        _queue.Offer(Offer("light"));
        Assert.Equal("light", await TakeAsync());
        Assert.Null(await TakeAsync());
        Assert.Equal("heavy", (await _queue.TakeAsync(Worker("gpu"), TimeSpan.Zero, _time, TestContext.Current.CancellationToken))!.Task.Value);
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
            var queue = new StageQueue();
            var waiting = queue.TakeAsync(Worker(), TimeSpan.FromSeconds(10), _time, cancel.Token);
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
    public void Offers_PastTheBound_AreDropped()
    {
        for (var i = 0; i < StageQueue.MaxOffers + 10; i++)
        {
            _queue.Offer(Offer($"t{i}"));
        }

        Assert.Equal(StageQueue.MaxOffers, _queue.Count);
    }

    [Fact]
    public void Profile_OutOfBounds_IsRefused()
    {
        var profile = new WorkerProfile(new WorkerId(new string('x', 10_000), Guid.Empty), ["k"], []);
        Assert.StartsWith("A worker has a name of 1 to 256 characters", profile.Check(), StringComparison.Ordinal);
    }

    private Task<StageOffer?> WaitAsync(WorkerProfile worker) =>
        _queue.TakeAsync(worker, TimeSpan.FromSeconds(10), _time, TestContext.Current.CancellationToken);

    private async Task<string?> TakeAsync() => (await _queue.TakeAsync(Worker(), TimeSpan.Zero, _time, TestContext.Current.CancellationToken))?.Task.Value;

    private static WorkerProfile Worker(params string[] capabilities) => new(new WorkerId("w", Guid.Empty), ["kind"], [.. capabilities]);

    private static StageOffer Offer(string task, int minutes = 0, int priority = 0, params string[] needs) =>
        new(TaskId.Parse(task), "kind:1", 1, priority, Created.AddMinutes(minutes), [.. needs]);
}

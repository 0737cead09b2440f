using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Queues;

/// <summary>The number of offers that are said to go first is the number that do.</summary>
public sealed class OfferOrderTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StageQueue _queue = new(new FakeTimeProvider());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Places_AreTheOrderInWhichAWorkerGetsThem(int seed)
    {
        var random = new Random(seed);
        var worker = new WorkerProfile(new WorkerId("w", Guid.NewGuid()), ["draw", "speak"], ["gpu"]);
        var offers = Enumerable.Range(0, 60).Select(i => Offer(i, random)).ToList();
        offers.ForEach(offer => _queue.Offer(offer));
        for (var i = random.Next(20); i > 0; i--)
        {
            // Shares stand at different times when some of theirs were started.
            var started = (await _queue.TakeAsync(worker, TimeSpan.Zero, Stop))!;
            offers.RemoveAll(offer => offer.Task == started.Task);
        }

        var doable = offers.Where(worker.CanDo).ToList();
        var places = _queue.FindPlaces([.. doable], [worker]);
        Assert.All(places, place => Assert.True(place is { IsHere: true, IsHandedOut: false, IsExact: true }));
        var told = doable.Zip(places).OrderBy(item => item.Second.Ahead).Select(item => item.First.Task.Value).ToList();
        Assert.Equal(Enumerable.Range(0, doable.Count), places.Select(place => place.Ahead).Order());

        var taken = new List<string>();
        while (await _queue.TakeAsync(worker, TimeSpan.Zero, Stop) is { } offer)
        {
            taken.Add(offer.Task.Value);
        }

        Assert.Equal(taken, told);
    }

    [Fact]
    public void OffersThatWaitForSlotsAlone_AreNotAhead_UnlessTheyAreAskedFor()
    {
        var worker = new WorkerProfile(new WorkerId("w", Guid.NewGuid()), ["draw"], []);
        var limited = Plain("limited") with { Limits = [new StageLimit("gpu")] };
        _queue.Offer(limited);
        _queue.Offer(Plain("free") with { TaskCreatedAt = Created.AddMinutes(1) });
        Assert.Equal(1, Assert.Single(_queue.FindPlaces([Plain("free")], [worker])).Ahead);

        Assert.Single(_queue.Demands, demand => demand.Limits is not null).Limits!.IsFull = true;

        Assert.Equal(0, Assert.Single(_queue.FindPlaces([Plain("free")], [worker])).Ahead);
        Assert.True(Assert.Single(_queue.FindPlaces([limited], [worker])).IsHere);
    }

    [Fact]
    public async Task OneThatWasTakenOrNeverCame_IsNotHere()
    {
        var worker = new WorkerProfile(new WorkerId("w", Guid.NewGuid()), ["draw"], []);
        _queue.Offer(Plain("taken"));
        Assert.NotNull(await _queue.TakeAsync(worker, TimeSpan.Zero, Stop));
        _queue.Offer(Plain("here"));

        Assert.Equal(
            [new QueuePlace(false, true, 1, true), new QueuePlace(false, false, 1, true)],
            _queue.FindPlaces([Plain("taken"), Plain("never")], [worker]));
        _queue.IsComplete = false;
        Assert.False(Assert.Single(_queue.FindPlaces([Plain("here")], [worker])).IsExact);
    }

    private static StageOffer Plain(string task) => new(TaskId.Parse(task), "draw", 1, 0, Created, []);

    private static StageOffer Offer(int number, Random random)
    {
        var kind = random.Next(3) switch { 0 => "draw", 1 => "speak", _ => "other" };
        return new(TaskId.Parse($"t{number}"), kind, 1, random.Next(3), Created.AddMinutes(random.Next(20)), random.Next(2) == 0 ? [] : ["gpu"])
        {
            FairShare = random.Next(4) switch { 0 => null, var key => new FairShare($"k{key}", key) },
        };
    }
}

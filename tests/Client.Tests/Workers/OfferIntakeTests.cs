using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>How a worker comes by its stages. Time stands still in the queues, so whoever waits in an empty one waits for ever.</summary>
public sealed class OfferIntakeTests : IAsyncDisposable
{
    private static readonly ImmutableDictionary<string, int> NoLimits = ImmutableDictionary<string, int>.Empty;

    private readonly (string Name, QueueDouble Queue)[] _queues = [("one", new QueueDouble()), ("two", new QueueDouble()), ("three", new QueueDouble())];
    private readonly ConcurrentQueue<HeldStage> _begun = [];
    private readonly CancellationTokenSource _stop = new();
    private WorkerLoad _load = null!;
    private Task _running = Task.CompletedTask;

    /// <summary>How many of the first stages that are begun end at once.</summary>
    private int _released;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnEmptyQueueKeepsNoPlaceFromTheOthers(int busy)
    {
        Start(1, queues: 3);
        await Until.Holds(() => Task.FromResult(_queues.All(queue => queue.Queue.Waiting == 1)));
        for (var i = 0; i < 5; i++)
        {
            await _queues[busy].Queue.OfferAsync([Offer("work", $"task-{i}")]);
            var count = i + 1;
            await Until.Holds(() => Task.FromResult(_begun.Count == count));
            _load.Release(_begun.Last());
        }
    }

    [Fact]
    public async Task QueuesThatAllHaveWorkTakeTurns()
    {
        foreach (var (name, queue) in _queues)
        {
            await queue.OfferAsync([.. Enumerable.Range(0, 10).Select(i => Offer("work", $"{name}-{i}"))]);
        }

        // The place is free again before the intake looks into the next queue, so that none is passed over.
        _released = 9;
        Start(1, queues: 3);

        await Until.Holds(() => Task.FromResult(_begun.Count == 10));
        Assert.Equal([3, 3, 4], _queues.Select(queue => 10 - queue.Queue.Offers.Length).Order());
    }

    [Fact]
    public async Task WhatComesWhenTheLastPlaceIsTakenGoesBackToItsQueueAtOnce()
    {
        Start(1, queues: 2);
        await Until.Holds(() => Task.FromResult(_queues[0].Queue.Waiting == 1 && _queues[1].Queue.Waiting == 1));

        await _queues[0].Queue.OfferAsync([Offer("work", "first")]);
        await _queues[1].Queue.OfferAsync([Offer("work", "second")]);

        await Until.Holds(() => Task.FromResult(_queues[0].Queue.Offers.Length + _queues[1].Queue.Offers.Length == 1 && !_begun.IsEmpty));
        Assert.Single(_begun);
    }

    [Fact]
    public async Task AKindTakesNoMorePlacesThanItsLimitAndTheOthersTakeTheRest()
    {
        Start(3, queues: 1, NoLimits.Add("heavy", 1), "heavy", "light");
        await _queues[0].Queue.OfferAsync([.. Enumerable.Range(0, 3).Select(i => Offer("heavy", $"heavy-{i}"))]);
        await Until.Holds(() => Task.FromResult(_begun.Count == 1 && _queues[0].Queue.Offers.Length == 2));
        await _queues[0].Queue.OfferAsync([.. Enumerable.Range(0, 3).Select(i => Offer("light", $"light-{i}"))]);
        await Until.Holds(() => Task.FromResult(_begun.Count == 3 && _queues[0].Queue.Offers.Length == 3));
        Assert.Equal(["heavy", "light", "light"], _begun.Select(stage => stage.Kind).Order());

        _load.Release(_begun.First(stage => stage.Kind == "heavy"));

        await Until.Holds(() => Task.FromResult(_begun.Count == 4));
        Assert.Equal(2, _begun.Count(stage => stage.Kind == "heavy"));
        Assert.Equal(3, _load.Held.Length);
    }

    [Fact]
    public async Task ADrainedWorkerTakesNothingMoreAndIsDoneWithItsLastStage()
    {
        Start(2, queues: 1);
        await _queues[0].Queue.OfferAsync([Offer("work", "first")]);
        await Until.Holds(() => Task.FromResult(_begun.Count == 1));

        _load.Drain();
        await _queues[0].Queue.OfferAsync([Offer("work", "second")]);

        await Until.Holds(() => Task.FromResult(_queues[0].Queue.Offers.Length == 1));
        Assert.False(_load.Drained.IsCompleted);
        _load.Release(Assert.Single(_begun));
        await _load.Drained.Happens("the worker is done");
        Assert.Single(_queues[0].Queue.Offers);
    }

    private static StageOffer Offer(string stage, string task) => new(TaskId.Parse(task), stage, 1, 0, default, []);

    private void OnBegun(HeldStage stage)
    {
        _begun.Enqueue(stage);
        if (_begun.Count <= _released)
        {
            _load.Release(stage);
        }
    }

    private void Start(int concurrency, int queues, ImmutableDictionary<string, int>? limits = null, params string[] kinds)
    {
        var profile = new WorkerProfile(new WorkerId("worker", Guid.NewGuid()), kinds.Length == 0 ? ["work"] : [.. kinds], []);
        _load = new WorkerLoad(concurrency, limits ?? NoLimits, TimeProvider.System);
        var intake = new OfferIntake(
            ReplacedGrains.Of(null, [.. _queues.Select(queue => (queue.Name, (IGrainWithStringKey)queue.Queue))]),
            OfferStream.Of([.. _queues.Take(queues).Select(queue => queue.Name)], profile, limits ?? NoLimits),
            _load,
            new Random(1),
            new FrozenTime(),
            NullLogger.Instance)
        {
            Begin = OnBegun,
        };
        _running = intake.RunAsync(_stop.Token);
    }
}

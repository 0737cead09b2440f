using VideoGen.Tasks;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>Offers in order, and workers that wait for one. Not thread-safe: it lives in a grain's turns.</summary>
internal sealed class StageQueue
{
    /// <summary>Offers that one queue holds; tasks offer again what did not fit.</summary>
    public const int MaxOffers = 20_000;

    /// <summary>Workers that may wait at the same time; the next is told at once that there is nothing.</summary>
    public const int MaxWaiters = 10_000;

    private readonly SortedSet<Entry> _offers = new(EntryOrder.Instance);
    private readonly Dictionary<(TaskId Task, string Stage), Entry> _present = [];
    private readonly LinkedList<Waiter> _waiters = [];
    private long _arrivals;

    public int Count => _offers.Count;

    public int Waiting => _waiters.Count;

    /// <summary>
    /// Null when the offer was taken in, or is there already, or does not fit; else what is wrong with it. One that is there with another priority takes the
    /// new one, and keeps its arrival.
    /// </summary>
    public string? Offer(StageOffer? offer)
    {
        if (offer is null)
        {
            return "There is no offer.";
        }

        if (offer.Check() is { } problem)
        {
            return problem;
        }

        for (var node = _waiters.First; node is not null; node = node.Next)
        {
            if (node.Value.Worker.CanDo(offer))
            {
                _waiters.Remove(node);
                node.Value.Offer.TrySetResult(offer);
                return null;
            }
        }

        var isPresent = _present.TryGetValue((offer.Task, offer.Stage), out var present);
        if (isPresent ? present!.Offer.Priority == offer.Priority : _offers.Count >= MaxOffers)
        {
            return null;
        }

        if (isPresent)
        {
            _offers.Remove(present!);
        }

        var entry = new Entry(offer, present?.Arrival ?? _arrivals++);
        _present[(offer.Task, offer.Stage)] = entry;
        _offers.Add(entry);
        return null;
    }

    public async Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var entry in _offers)
        {
            if (worker.CanDo(entry.Offer))
            {
                _offers.Remove(entry);
                _present.Remove((entry.Offer.Task, entry.Offer.Stage));
                return entry.Offer;
            }
        }

        if (wait <= TimeSpan.Zero || _waiters.Count >= MaxWaiters)
        {
            return null;
        }

        var waiter = new Waiter(worker, new TaskCompletionSource<StageOffer>(TaskCreationOptions.RunContinuationsAsynchronously));
        var node = _waiters.AddLast(waiter);
        try
        {
            return await waiter.Offer.Task.WaitAsync(wait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The offer may have come in the same moment as the end of the wait; it must not be dropped then.
            if (waiter.Offer.Task.IsCompletedSuccessfully)
            {
                return waiter.Offer.Task.Result;
            }

            _waiters.Remove(node);
            return null;
        }
    }

    private sealed record Waiter(WorkerProfile Worker, TaskCompletionSource<StageOffer> Offer);

    private sealed record Entry(StageOffer Offer, long Arrival);

    private sealed class EntryOrder : IComparer<Entry>
    {
        public static readonly EntryOrder Instance = new();

        public int Compare(Entry? x, Entry? y)
        {
            var order = y!.Offer.Priority.CompareTo(x!.Offer.Priority);
            order = order != 0 ? order : x.Offer.TaskCreatedAt.CompareTo(y.Offer.TaskCreatedAt);
            return order != 0 ? order : x.Arrival.CompareTo(y.Arrival);
        }
    }
}

using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Offers in order, and workers that wait for one. A store with an index holds all that waits, and the queue the best of it (<see cref="IsComplete"/> says
/// whether that is all); without an index the queue is all that there is. Not thread-safe: it lives in a grain's turns.
/// </summary>
internal sealed partial class StageQueue
{
    /// <summary>Offers that are read from the index at a time.</summary>
    public const int Window = 2_000;

    /// <summary>Offers that are held beside an index; those past it are read when their turn comes.</summary>
    public const int MaxIndexedOffers = 20_000;

    /// <summary>Offers that are held without an index. What does not fit is refused in words; its task offers it again.</summary>
    public const int MaxOffers = 200_000;

    /// <summary>Workers that may wait at the same time; the next is told at once that there is nothing.</summary>
    public const int MaxWaiters = 10_000;

    private readonly OfferBook _book;
    private readonly WaitingWorkers _workers = new();
    private readonly HandedOut _handedOut;
    private readonly TimeProvider _time;

    public StageQueue(TimeProvider time)
    {
        _time = time;
        _handedOut = new HandedOut(time);
        _book = new OfferBook
        {
            Added = demand =>
            {
                foreach (var group in _workers.Groups)
                {
                    demand.Meet(group);
                }
            },
        };
    }

    /// <summary>Called when offers and workers are there, and only slots of limits are missing.</summary>
    public Action<LimitSet> SlotsWanted { get; init; } = static _ => { };

    /// <summary>Whether the store has an index from which the offers come back that are not held here.</summary>
    public bool IsIndexed { get; set; }

    /// <summary>Whether all that waits is held here.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Whether nothing is handed out for now.</summary>
    public bool IsPaused { get; private set; }

    public int Count => _book.Count;

    public int Waiting => _workers.Count;

    public int TakenLately => _handedOut.Count;

    public double StartsPerSecond => _handedOut.Count / HandedOut.StartWithin.TotalSeconds;

    /// <summary>Rises with each offer that comes in.</summary>
    public long Arrivals => _book.Arrivals;

    public IEnumerable<WorkerGroup> WaitingGroups => _workers.Groups.Where(group => group.First is not null);

    public IEnumerable<Demand> Demands => _book.Demands;

    /// <summary>Null when the offer was taken in, or is there already, or waits in the index; else what is wrong.</summary>
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

        if (_handedOut.Contains(offer))
        {
            return null;
        }

        if (_book.Find(offer.Task, offer.Stage) is null)
        {
            var demand = _book.DemandOf(offer);
            if (demand is { First: null, Limits: null } && !IsPaused && demand.LongestWaiting() is { } group && OfferBook.Best(group.Demands) is null)
            {
                // Nothing else waits for that worker, so it is the next in any order.
                HandOut(offer, group);
                return null;
            }

            if (Count >= (IsIndexed ? MaxIndexedOffers : MaxOffers))
            {
                return MakeRoomFor(offer);
            }
        }

        if (_book.Add(offer))
        {
            Match(_book.DemandOf(offer));
        }

        return null;
    }

    /// <summary>
    /// The best offer that the worker can do: by priority, fair share and age. Waits for one if there is none; null when the time is over.
    /// </summary>
    public Task<StageOffer?> TakeAsync(WorkerProfile profile, TimeSpan wait, CancellationToken cancellationToken)
    {
        var group = _workers.GroupOf(profile, _book.Demands);
        var best = IsPaused ? null : OfferBook.Best(group.Demands);
        if (best is { Lane.Demand.Limits: null })
        {
            return Task.FromResult<StageOffer?>(Take(best));
        }

        if (wait <= TimeSpan.Zero || _workers.Count >= MaxWaiters)
        {
            return Task.FromResult<StageOffer?>(null);
        }

        var worker = _workers.Add(group, profile);
        if (best is not null)
        {
            SlotsWanted(best.Lane.Demand.Limits!);
        }

        return _workers.WaitAsync(worker, wait, _time, cancellationToken);
    }

    /// <summary>Whether an offer of the set waits for nothing but its slots.</summary>
    public bool Wants(LimitSet set) => !IsPaused && set.FirstWanted() is not null;

    /// <summary>Slots of the set were taken: its best offer goes to the worker that waits longest for it. Null when none is left, or nobody waits.</summary>
    public StageOffer? Grant(LimitSet set)
    {
        if (IsPaused || set.FirstWanted()?.First is not { } entry)
        {
            return null;
        }

        var group = entry.Lane.Demand.LongestWaiting()!;
        _book.Take(entry);
        HandOut(entry.Offer, group);
        return entry.Offer;
    }

    /// <summary>Gives waiting workers what they can do by now.</summary>
    public void Match()
    {
        foreach (var group in WaitingGroups.ToList())
        {
            Match(group);
        }
    }

    /// <summary>Holds what the index holds: offers that are not on the page and were here before it was read are gone.</summary>
    /// <param name="offers">The best that wait.</param>
    /// <param name="arrivalsBefore">How many had come when the index was asked.</param>
    public void Replace(IReadOnlyCollection<StageOffer> offers, long arrivalsBefore)
    {
        var present = offers.Select(offer => (offer.Task, offer.Stage)).ToHashSet();
        foreach (var gone in _book.Offers.Where(entry => entry.Arrival < arrivalsBefore && !present.Contains((entry.Offer.Task, entry.Offer.Stage))).ToList())
        {
            _book.Remove(gone);
        }

        Add(offers);
    }

    /// <summary>Adds offers that the index holds besides.</summary>
    public void Add(IReadOnlyCollection<StageOffer> offers)
    {
        foreach (var offer in offers)
        {
            if (offer.Check() is null && !_handedOut.Contains(offer))
            {
                _book.Add(offer);
            }
        }

        Match();
    }

    /// <summary>Forgets what was handed out a while ago; true when the index must tell whether it was started.</summary>
    public bool ExpireHandedOut() => _handedOut.Expire() > 0;

    /// <summary>The taker of an offer says that it cannot start it, so another may. Null, or what is wrong with it.</summary>
    public string? Return(StageOffer? offer)
    {
        _handedOut.Return(offer);
        return Offer(offer);
    }

    /// <summary>Where offers stand among those that the workers can do, as if nothing else came.</summary>
    public ImmutableArray<QueuePlace> FindPlaces(ImmutableArray<StageOffer> offers, ImmutableArray<WorkerProfile> workers)
    {
        // What waits for slots alone is passed over, unless it is what is asked for.
        var own = offers.Select(offer => _book.Find(offer.Task, offer.Stage)?.Lane.Demand).ToHashSet();
        var counted = _book.Demands
            .Where(demand => own.Contains(demand) || (demand.Limits is not { IsFull: true } && workers.Any(demand.CanBeDoneBy)))
            .ToHashSet();
        var order = new OfferOrder(_book.Levels, counted);
        return [.. offers.Select(offer => order.PlaceOf(offer) is { } place
            ? new QueuePlace(true, false, place, IsComplete)
            : new QueuePlace(false, _handedOut.Contains(offer), order.Count, IsComplete))];
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        Match();
    }

    private string? MakeRoomFor(StageOffer offer)
    {
        if (!IsIndexed)
        {
            return $"The queue holds {MaxOffers} offers, and the store has no index to keep more; stage {offer.Stage} of task {offer.Task} is offered again.";
        }

        IsComplete = false;
        if (_book.TryMakeRoomFor(offer) && _book.Add(offer))
        {
            Match(_book.DemandOf(offer));
        }

        return null;
    }

    private void Match(Demand demand)
    {
        for (var i = 0; i < demand.Groups.Count && demand.First is not null; i++)
        {
            Match(demand.Groups[i]);
        }
    }

    private void Match(WorkerGroup group)
    {
        while (!IsPaused && group.First is not null && OfferBook.Best(group.Demands) is { } best)
        {
            if (best.Lane.Demand.Limits is { } limits)
            {
                SlotsWanted(limits);
                return;
            }

            _book.Take(best);
            HandOut(best.Offer, group);
        }
    }

    private StageOffer Take(WaitingOffer entry)
    {
        _book.Take(entry);
        _handedOut.Add(entry.Offer);
        return entry.Offer;
    }

    private void HandOut(StageOffer offer, WorkerGroup group)
    {
        var worker = group.First!;
        _workers.Remove(worker);
        _handedOut.Add(offer);
        worker.Give(offer);
    }
}

using System.Globalization;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// The offers of a queue, in order: priority first, then fair shares, then age. Adding and taking cost the number of demands and the logarithm of the number
/// of offers. Not thread-safe: it lives in a grain's turns.
/// </summary>
/// <remarks>
/// Fair shares are start-time fair queueing, for each priority on its own: a key that has offers stands at a virtual time, the key that is furthest back goes
/// next, and each start moves it on by 1 / weight. A key that comes back begins where the others are, so that it neither saves up turns nor loses any.
/// </remarks>
internal sealed class OfferBook
{
    /// <summary>Demands that are kept although nothing waits for them. Past it, those are forgotten.</summary>
    private const int MaxIdleDemands = 1_024;

    private readonly Dictionary<string, Demand> _demands = new(StringComparer.Ordinal);
    private readonly Dictionary<(TaskId Task, StageName Stage), WaitingOffer> _offers = [];
    private readonly Dictionary<int, PriorityLevel> _levels = [];
    private readonly Dictionary<string, LimitSet> _limitSets = new(StringComparer.Ordinal);

    /// <summary>Called with each demand that is new.</summary>
    public Action<Demand> Added { get; init; } = static _ => { };

    public int Count => _offers.Count;

    /// <summary>Rises with each offer that comes in.</summary>
    public long Arrivals { get; private set; }

    public IEnumerable<Demand> Demands => _demands.Values;

    public IEnumerable<LimitSet> LimitSets => _limitSets.Values;

    public IEnumerable<WaitingOffer> Offers => _offers.Values;

    /// <summary>The highest first.</summary>
    public IEnumerable<PriorityLevel> Levels => _levels.Values.OrderByDescending(level => level.Priority);

    public WaitingOffer? Find(TaskId task, StageName stage) => _offers.GetValueOrDefault((task, stage));

    public Demand DemandOf(StageOffer offer)
    {
        var key = Demand.KeyOf(offer);
        if (_demands.TryGetValue(key, out var demand))
        {
            return demand;
        }

        ForgetIdleDemands();
        var limits = offer.Limits is { IsDefaultOrEmpty: false } named ? LimitSetOf(new LimitSet(named)) : null;
        demand = new Demand(offer.Stage.Kind, offer.Needs, limits);
        _demands.Add(key, demand);
        limits?.Demands.Add(demand);
        Added(demand);
        return demand;
    }

    /// <summary>Takes an offer in; one of the same stage gives it its place, unless it says the same.</summary>
    public bool Add(StageOffer offer)
    {
        if (_offers.TryGetValue((offer.Task, offer.Stage), out var present))
        {
            if (present.Offer.Attempt > offer.Attempt || (present.Offer.Attempt == offer.Attempt && present.Offer.Priority == offer.Priority))
            {
                return false;
            }

            Remove(present);
        }

        if (!_levels.TryGetValue(offer.Priority, out var level))
        {
            level = new PriorityLevel(offer.Priority);
            _levels.Add(offer.Priority, level);
        }

        var lane = level.ShareOf(offer.FairShare?.Key).LaneOf(DemandOf(offer));
        var entry = new WaitingOffer(offer, lane, present?.Arrival ?? Arrivals++);
        lane.Add(entry);
        _offers.Add((offer.Task, offer.Stage), entry);
        return true;
    }

    /// <summary>Takes an offer out that is not to be done now.</summary>
    public void Remove(WaitingOffer entry)
    {
        _offers.Remove((entry.Offer.Task, entry.Offer.Stage));
        entry.Lane.Remove(entry);
        if (entry.Lane.Share.Level.Count == 0)
        {
            _levels.Remove(entry.Lane.Share.Level.Priority);
        }
    }

    /// <summary>Takes an offer out that is started: its key has had a turn.</summary>
    public void Take(WaitingOffer entry)
    {
        entry.Lane.Share.Advance(entry.Offer.FairShare?.Weight ?? 1);
        Remove(entry);
    }

    /// <summary>The one that goes next among those of the demands; null when none waits. One whose limits are known to be taken is passed over.</summary>
    public static WaitingOffer? Best(List<Demand> demands)
    {
        OfferLane? best = null;
        foreach (var demand in demands)
        {
            if (demand.Limits is not { IsFull: true } && demand.First is { } lane && (best is null || OfferLane.Compare(lane, best) < 0))
            {
                best = lane;
            }
        }

        return best?.First;
    }

    /// <summary>
    /// Makes room for an offer where the book is full: the last one of the key that has most, of the lowest priority. False when the offer itself would
    /// have to go.
    /// </summary>
    public bool TryMakeRoomFor(StageOffer offer)
    {
        var lowest = _levels.Values.MinBy(level => level.Priority);
        if (lowest is null || offer.Priority < lowest.Priority)
        {
            return false;
        }

        var fattest = lowest.Shares.MaxBy(share => share.Count)!;
        if (offer.Priority == lowest.Priority && lowest.ShareOf(offer.FairShare?.Key).Count + 1 >= fattest.Count)
        {
            return false;
        }

        Remove(fattest.Last);
        return true;
    }

    private LimitSet LimitSetOf(LimitSet set)
    {
        if (!_limitSets.TryGetValue(set.Key, out var known))
        {
            _limitSets.Add(set.Key, known = set);
        }

        return known;
    }

    private void ForgetIdleDemands()
    {
        if (_demands.Count < MaxIdleDemands)
        {
            return;
        }

        foreach (var (key, demand) in _demands.Where(entry => entry.Value.First is null && entry.Value.Limits is not { IsServed: true }).ToList())
        {
            _demands.Remove(key);
            demand.Forget();
            if (demand.Limits is { } limits && limits.Demands.Count == 0)
            {
                _limitSets.Remove(limits.Key);
            }
        }
    }
}

/// <summary>An offer in its place.</summary>
/// <param name="Offer">As the task made it.</param>
/// <param name="Lane">Where it stands.</param>
/// <param name="Arrival">The order of those that are equal otherwise.</param>
internal sealed record WaitingOffer(StageOffer Offer, OfferLane Lane, long Arrival) : IComparable<WaitingOffer>
{
    private readonly string? _unit = Offer.Stage.Unit;

    /// <summary>
    /// The older task first, and of one task the stages of the unit whose name comes first: the first scene is drawn before the last one is spoken.
    /// </summary>
    public int CompareTo(WaitingOffer? other)
    {
        var order = Offer.TaskCreatedAt.CompareTo(other!.Offer.TaskCreatedAt);
        order = order != 0 ? order : string.CompareOrdinal(Offer.Task.Value, other.Offer.Task.Value);
        order = order != 0 ? order : string.CompareOrdinal(_unit, other._unit);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }

    public bool Equals(WaitingOffer? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Arrival.GetHashCode();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offer.Task}/{Offer.Stage} #{Offer.Attempt}");
}

namespace VideoGen.Grains.Queues;

/// <summary>All offers of one priority, and how far each key of theirs is.</summary>
internal sealed class PriorityLevel(int priority)
{
    /// <summary>Keys that are remembered although nothing of theirs waits; past it, those that gained nothing by waiting are forgotten.</summary>
    private const int MaxIdleShares = 1_000;

    private readonly Dictionary<string, OfferShare> _shares = new(StringComparer.Ordinal);

    public int Priority => priority;

    /// <summary>Where the key stood that was served last.</summary>
    public double VirtualTime { get; set; }

    public int Count { get; set; }

    public IEnumerable<OfferShare> Shares => _shares.Values;

    public OfferShare ShareOf(string? key)
    {
        if (_shares.TryGetValue(key ?? "", out var share))
        {
            return share;
        }

        if (_shares.Count >= MaxIdleShares)
        {
            foreach (var idle in _shares.Values.Where(idle => idle.Count == 0 && idle.Start <= VirtualTime).ToList())
            {
                _shares.Remove(idle.Key);
            }
        }

        _shares.Add(key ?? "", share = new OfferShare(this, key ?? ""));
        return share;
    }
}

/// <summary>The offers of one key within a priority.</summary>
internal sealed class OfferShare(PriorityLevel level, string key)
{
    private readonly Dictionary<Demand, OfferLane> _lanes = [];

    public PriorityLevel Level => level;

    public string Key => key;

    /// <summary>The virtual time at which its next offer starts.</summary>
    public double Start { get; private set; }

    public int Count { get; private set; }

    /// <summary>The offer that came last among those of its longest lane.</summary>
    public WaitingOffer Last => _lanes.Values.MaxBy(lane => lane.Count)!.Last;

    public IEnumerable<OfferLane> Lanes => _lanes.Values;

    public OfferLane LaneOf(Demand demand)
    {
        if (!_lanes.TryGetValue(demand, out var lane))
        {
            _lanes.Add(demand, lane = new OfferLane(this, demand));
        }

        return lane;
    }

    public void Counted(int change)
    {
        if (Count == 0)
        {
            MoveTo(Math.Max(Start, level.VirtualTime));
        }

        Count += change;
        level.Count += change;
    }

    /// <summary>A stage of it starts.</summary>
    public void Advance(double weight)
    {
        level.VirtualTime = Start;
        MoveTo(Start + (1 / weight));
    }

    public void Forget(Demand demand) => _lanes.Remove(demand);

    private void MoveTo(double start)
    {
        if (start.Equals(Start))
        {
            return;
        }

        // The lanes stand in sets that are ordered by it.
        foreach (var lane in _lanes.Values)
        {
            lane.StepOut();
        }

        Start = start;
        foreach (var lane in _lanes.Values)
        {
            lane.StepIn();
        }
    }
}

/// <summary>The offers of one key and priority that are the same to a worker, the oldest first.</summary>
internal sealed class OfferLane(OfferShare share, Demand demand)
{
    private readonly SortedSet<WaitingOffer> _offers = [];

    /// <summary>The head as the demand's order knows it.</summary>
    private WaitingOffer? _head;

    public OfferShare Share => share;

    public Demand Demand => demand;

    public int Count => _offers.Count;

    public WaitingOffer? First => _head;

    /// <summary>The first one first.</summary>
    public IEnumerable<WaitingOffer> Offers => _offers;

    public WaitingOffer Last => _offers.Max!;

    /// <summary>Which of two lanes goes first. Neither may be empty.</summary>
    public static int Compare(OfferLane x, OfferLane y)
    {
        var order = y.Share.Level.Priority.CompareTo(x.Share.Level.Priority);
        order = order != 0 ? order : x.Share.Start.CompareTo(y.Share.Start);
        return order != 0 ? order : x._head!.CompareTo(y._head);
    }

    public void Add(WaitingOffer offer)
    {
        share.Counted(1);
        _offers.Add(offer);
        Settle();
    }

    public void Remove(WaitingOffer offer)
    {
        _offers.Remove(offer);
        Settle();
        share.Counted(-1);
        if (_offers.Count == 0)
        {
            share.Forget(demand);
        }
    }

    public void StepOut()
    {
        if (_head is not null)
        {
            demand.Remove(this);
        }
    }

    public void StepIn()
    {
        if (_head is not null)
        {
            demand.Add(this);
        }
    }

    private void Settle()
    {
        if (!ReferenceEquals(_offers.Min, _head))
        {
            StepOut();
            _head = _offers.Min;
            StepIn();
        }
    }
}

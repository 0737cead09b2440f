using System.Collections.Immutable;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>What offers ask of a worker and of the cluster: those of one demand differ only in their order.</summary>
internal sealed class Demand(string kind, ImmutableArray<string> needs, LimitSet? limits)
{
    private readonly SortedSet<OfferLane> _lanes = new(Comparer<OfferLane>.Create(OfferLane.Compare));

    /// <summary>Groups of waiting workers that can do it.</summary>
    private readonly List<WorkerGroup> _groups = [];

    public string Kind => kind;

    public ImmutableArray<string> Needs => needs;

    /// <summary>Null when an attempt counts against no limit.</summary>
    public LimitSet? Limits => limits;

    /// <summary>The lane whose first offer goes next; null when nothing waits.</summary>
    public OfferLane? First => _lanes.Min;

    public IReadOnlyList<WorkerGroup> Groups => _groups;

    public static string KeyOf(StageOffer offer)
    {
        if (offer.Needs.IsEmpty && offer.Limits is null)
        {
            return offer.Stage.Kind;
        }

        var key = new StringBuilder(offer.Stage.Kind);
        foreach (var need in offer.Needs)
        {
            key.Append('\n').Append(need);
        }

        return offer.Limits is { IsDefaultOrEmpty: false } limits ? key.Append('\r').Append(LimitSet.KeyOf(limits)).ToString() : key.ToString();
    }

    public void Add(OfferLane lane) => _lanes.Add(lane);

    public void Remove(OfferLane lane) => _lanes.Remove(lane);

    public bool CanBeDoneBy(WorkerProfile profile) => profile.Kinds.Contains(kind) && needs.All(need => profile.Capabilities.Contains(need));

    /// <summary>Makes the two known to each other when the group's workers can do it.</summary>
    public void Meet(WorkerGroup group)
    {
        if (CanBeDoneBy(group.Profile))
        {
            _groups.Add(group);
            group.Demands.Add(this);
        }
    }

    /// <summary>The group of the worker that waits longest for something like this; null when none waits.</summary>
    public WorkerGroup? LongestWaiting()
    {
        WorkerGroup? best = null;
        foreach (var group in _groups)
        {
            if (group.First is { } first && (best is null || first.Arrival < best.First!.Arrival))
            {
                best = group;
            }
        }

        return best;
    }

    public void Forget(WorkerGroup group) => _groups.Remove(group);

    /// <summary>Nothing of it waits, and nobody need know it any more.</summary>
    public void Forget()
    {
        foreach (var group in _groups)
        {
            group.Demands.Remove(this);
        }

        limits?.Demands.Remove(this);
    }
}

/// <summary>The limits that attempts of a demand count against, in the order of their names.</summary>
internal sealed class LimitSet(ImmutableArray<StageLimit> limits)
{
    public ImmutableArray<StageLimit> Limits { get; } = limits.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));

    public string Key { get; } = KeyOf(limits);

    public List<Demand> Demands { get; } = [];

    /// <summary>Whether slots are being asked for, for as long as somebody waits for them.</summary>
    public bool IsServed { get; set; }

    /// <summary>Whether the last that was heard is that no slots are free. Its offers are passed over until then.</summary>
    public bool IsFull { get; set; }

    /// <summary>The lane of the best offer that somebody waits for; null when there is none.</summary>
    public OfferLane? FirstWanted()
    {
        OfferLane? best = null;
        foreach (var demand in Demands)
        {
            if (demand.First is { } lane && demand.LongestWaiting() is not null && (best is null || OfferLane.Compare(lane, best) < 0))
            {
                best = lane;
            }
        }

        return best;
    }

    public static string KeyOf(ImmutableArray<StageLimit> limits) =>
        string.Join('\n', limits.OrderBy(limit => limit.Name, StringComparer.Ordinal).Select(limit => $"{limit.Name}*{limit.Weight}"));
}

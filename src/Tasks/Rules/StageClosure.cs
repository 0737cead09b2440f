using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>
/// Some stages, and all that follows from doing them again: what depends on them; the groups that they are members of; the members of a group that is chosen
/// or depends on them; and what they had added, which goes until they add it anew.
/// </summary>
internal sealed class StageClosure
{
    private readonly StageMap _stages;
    private readonly Reason[] _reasons;
    private readonly ILookup<StageName, int> _dependents;
    private readonly ILookup<StageName, int> _members;
    private readonly Queue<int> _open = new();

    private StageClosure(StageMap stages)
    {
        _stages = stages;
        _reasons = new Reason[stages.Count];
        _dependents = stages.Index().SelectMany(entry => (entry.Item.Plan?.Dependencies ?? []).Select(name => (Name: name, entry.Index)))
            .ToLookup(entry => entry.Name, entry => entry.Index);
        _members = Enumerable.Range(0, stages.Count).Where(i => stages.GroupOf(i) is { Plan.IsGroup: true })
            .ToLookup(i => stages.GroupOf(i)!.Name);
    }

    [Flags]
    private enum Reason
    {
        None,

        /// <summary>A member of the group is done again, so the group ends anew; its other members stay as they are.</summary>
        Member = 1,

        /// <summary>It is chosen, or depends on what is done again.</summary>
        Whole = 2,

        /// <summary>What added it is done again.</summary>
        Dropped = 4,
    }

    public static StageClosure Of(StageMap stages, ImmutableArray<StageName> chosen)
    {
        var closure = new StageClosure(stages);
        foreach (var name in chosen)
        {
            closure.Add(stages.PositionOf(name), Reason.Whole);
        }

        while (closure._open.TryDequeue(out var i))
        {
            closure.Follow(i);
        }

        return closure;
    }

    /// <summary>A stage that would be added a second time, since nothing tells that it is to go; null when there is none.</summary>
    public StageName? Unclaimed
    {
        get
        {
            foreach (var (i, stage) in _stages.Index())
            {
                if (_reasons[i].HasFlag(Reason.Whole) && !IsDropped(stage) && stage.Plan is { InDefinition: false }
                    && _stages.GroupOf(i) is { Plan.IsGroup: true } group && DependsOnWhatIsDoneAgain(group) && !IsClaimed(i))
                {
                    return stage.Name;
                }
            }

            return null;
        }
    }

    /// <summary>Whether the stage is done again, or goes.</summary>
    public bool Contains(StageState stage) => ReasonOf(stage) != Reason.None;

    /// <summary>Whether the stage goes, since what added it adds it anew.</summary>
    public bool IsDropped(StageState stage) => ReasonOf(stage).HasFlag(Reason.Dropped);

    private void Follow(int position)
    {
        var stage = _stages[position];
        foreach (var dependent in _dependents[stage.Name])
        {
            Add(dependent, Reason.Whole);
        }

        for (var added = stage.FirstAdded; added < Math.Min(stage.FirstAdded + stage.AddedCount, _stages.Count); added++)
        {
            Add(added, Reason.Whole | Reason.Dropped);
        }

        if (_stages.GroupOf(position) is { Plan.IsGroup: true } group)
        {
            Add(_stages.PositionOf(group.Name), Reason.Member);
        }

        if (_reasons[position].HasFlag(Reason.Whole) && stage.Plan is { IsGroup: true })
        {
            foreach (var member in _members[stage.Name])
            {
                Add(member, Reason.Whole);
            }
        }
    }

    private void Add(int position, Reason reason)
    {
        if ((_reasons[position] | reason) != _reasons[position])
        {
            _reasons[position] |= reason;
            _open.Enqueue(position);
        }
    }

    private bool DependsOnWhatIsDoneAgain(StageState group) =>
        (group.Plan?.Dependencies ?? []).Any(name => _stages.TryGet(name, out var awaited) && Contains(awaited));

    private Reason ReasonOf(StageState stage) => _reasons[_stages.PositionOf(stage.Name)];

    private bool IsClaimed(int position)
    {
        foreach (var stage in _stages)
        {
            if (position >= stage.FirstAdded && position < stage.FirstAdded + stage.AddedCount)
            {
                return true;
            }
        }

        return false;
    }
}

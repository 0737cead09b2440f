using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>The workers that wait for an offer, by what they can do, the longest waiting first.</summary>
internal sealed class WaitingWorkers
{
    /// <summary>Groups that are kept although nobody of theirs waits. Past it, those are forgotten.</summary>
    private const int MaxIdleGroups = 1_024;

    private readonly Dictionary<string, WorkerGroup> _groups = new(StringComparer.Ordinal);
    private long _arrivals;

    public int Count { get; private set; }

    public IEnumerable<WorkerGroup> Groups => _groups.Values;

    /// <summary>The group of those that can do the same. A new one is made known to the demands.</summary>
    public WorkerGroup GroupOf(WorkerProfile profile, IEnumerable<Demand> demands)
    {
        var key = WorkerGroup.KeyOf(profile);
        if (_groups.TryGetValue(key, out var group))
        {
            return group;
        }

        if (_groups.Count >= MaxIdleGroups)
        {
            foreach (var (idleKey, idle) in _groups.Where(entry => entry.Value.First is null).ToList())
            {
                _groups.Remove(idleKey);
                idle.Demands.ForEach(demand => demand.Forget(idle));
            }
        }

        _groups.Add(key, group = new WorkerGroup(profile));
        foreach (var demand in demands)
        {
            demand.Meet(group);
        }

        return group;
    }

    public WaitingWorker Add(WorkerGroup group, WorkerProfile profile)
    {
        var worker = new WaitingWorker(profile, group, _arrivals++);
        group.Workers.AddLast(worker.Place);
        Count++;
        return worker;
    }

    /// <summary>What the worker is given; null when the time is over before. Then it waits no more.</summary>
    public async Task<StageOffer?> WaitAsync(WaitingWorker worker, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await worker.Offer.WaitAsync(wait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The offer may have come in the same moment as the end of the wait; it must not be dropped then.
            if (worker.Offer.IsCompletedSuccessfully)
            {
                return worker.Offer.Result;
            }

            Remove(worker);
            return null;
        }
    }

    public void Remove(WaitingWorker worker)
    {
        worker.Group.Workers.Remove(worker.Place);
        Count--;
    }
}

/// <summary>Waiting workers that can do the same.</summary>
internal sealed class WorkerGroup(WorkerProfile profile)
{
    public LinkedList<WaitingWorker> Workers { get; } = [];

    /// <summary>What they can do of all that was ever offered.</summary>
    public List<Demand> Demands { get; } = [];

    public WorkerProfile Profile => profile;

    public WaitingWorker? First => Workers.First?.Value;

    public static string KeyOf(WorkerProfile profile) => $"{string.Join('\n', profile.Kinds)}\r{string.Join('\n', profile.Capabilities)}";
}

/// <summary>A call that waits for an offer.</summary>
internal sealed class WaitingWorker
{
    private readonly TaskCompletionSource<StageOffer> _offer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WaitingWorker(WorkerProfile profile, WorkerGroup group, long arrival)
    {
        Profile = profile;
        Group = group;
        Arrival = arrival;
        Place = new LinkedListNode<WaitingWorker>(this);
    }

    public WorkerProfile Profile { get; }

    public WorkerGroup Group { get; }

    public long Arrival { get; }

    public LinkedListNode<WaitingWorker> Place { get; }

    public Task<StageOffer> Offer => _offer.Task;

    public void Give(StageOffer offer) => _offer.SetResult(offer);
}

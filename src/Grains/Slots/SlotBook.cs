using VideoGen.Tasks;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Slots;

/// <summary>
/// The slots of one limit: who holds them, which are on their way, and who waits, in the order of arrival. A slot that becomes free goes to the first who can
/// use it, and wakes nobody else. Not thread-safe: it lives in a grain's turns.
/// </summary>
internal sealed class SlotBook(TimeProvider time, string limit = "")
{
    /// <summary>Queues that may wait at the same time; the next is told at once that there is nothing.</summary>
    public const int MaxWaiting = 10_000;

    /// <summary>A lease that was about to be stored, and is in no record after this, does not exist.</summary>
    private static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(TaskId Task, StageName Stage), Holding> _holdings = [];
    private readonly Dictionary<(TaskId Task, StageName Stage), long> _ended = [];
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly List<Kept> _kept = [];
    private readonly Pace _pace = new(time);
    private int _held;
    private bool _isDefinitionKnown;

    public LimitDefinition? Definition { get; private set; }

    /// <summary>Nothing is given out before it is known whether there is such a limit, and what is held of it.</summary>
    public bool IsSettled { get; set; }

    public DateTimeOffset? RestsUntil { get; private set; }

    public string? RestReason { get; private set; }

    public int Used => _held + _kept.Sum(kept => kept.Weight);

    public int Waiters => _waiting.Count;

    public IEnumerable<SlotUse> Holders => _holdings.Values.OrderBy(holding => holding.Since).Select(holding => holding.Use);

    /// <summary>When time alone may free a slot; null when only a holder can.</summary>
    public DateTimeOffset? NextAt
    {
        get
        {
            if (RestsUntil is { } rest && rest > time.GetUtcNow())
            {
                return rest;
            }

            return Definition?.Rate is { } rate && _waiting.First is { } first ? _pace.NextAt(rate, first.Value.Weight) : null;
        }
    }

    public void Define(LimitDefinition? definition)
    {
        if (definition?.Rate is { } rate && Definition?.Rate != rate)
        {
            _pace.AssumeSpent(rate);
        }

        Definition = definition;
        _isDefinitionKnown = true;
        Pump();
    }

    public void Rest(DateTimeOffset until, string reason)
    {
        if (!(RestsUntil >= until))
        {
            (RestsUntil, RestReason) = (until, reason);
        }
    }

    /// <summary>Slots for an attempt that the queue is about to hand out. Those who came before go first.</summary>
    public bool TryAcquire(string queue, int weight)
    {
        if (_waiting.Count > 0 || !IsFree(weight))
        {
            return false;
        }

        Keep(queue, weight);
        return true;
    }

    public async Task<bool> AcquireAsync(string queue, int weight, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (TryAcquire(queue, weight))
        {
            return true;
        }

        if (wait <= TimeSpan.Zero || _waiting.Count >= MaxWaiting)
        {
            return false;
        }

        var waiting = new Waiting(queue, weight, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var node = _waiting.AddLast(waiting);
        try
        {
            await waiting.Granted.Task.WaitAsync(wait, time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (waiting.Granted.Task.IsCompletedSuccessfully)
            {
                return true;
            }

            // Whoever is behind it may need less.
            _waiting.Remove(node);
            Pump();
            return false;
        }
    }

    public void GiveBack(string queue, int weight)
    {
        if (Unkeep(queue, weight))
        {
            _pace.Return(weight);
            Pump();
        }
    }

    /// <summary>Null when the attempt has its slots now, else why not.</summary>
    public StageObstacle? Use(SlotUse use)
    {
        if (_holdings.ContainsKey((use.Task, use.Stage)))
        {
            return null;
        }

        if (!Unkeep(use.Queue, use.Weight))
        {
            if (!IsFree(use.Weight))
            {
                return Obstacle(use.Weight);
            }

            Count(use.Weight);
        }

        _ended.Remove((use.Task, use.Stage));
        Add(use);
        return null;
    }

    public void Hold(SlotUse use)
    {
        if (!_holdings.ContainsKey((use.Task, use.Stage)))
        {
            Add(use);
        }
    }

    public void End(TaskId task, StageName stage)
    {
        if (_holdings.Remove((task, stage), out var holding))
        {
            // What was read of the store before this is no news.
            _ended[(task, stage)] = time.GetTimestamp();
            _held -= holding.Use.Weight;
            Pump();
        }
    }

    /// <summary>Holds what the stored leases hold, and what is about to be stored.</summary>
    public void Settle(IReadOnlyCollection<SlotUse> stored)
    {
        var present = stored.ToDictionary(use => (use.Task, use.Stage));
        foreach (var (key, holding) in _holdings.ToList())
        {
            if (!present.ContainsKey(key) && time.GetElapsedTime(holding.Since) >= StoredWithin)
            {
                _holdings.Remove(key);
                _held -= holding.Use.Weight;
            }
        }

        foreach (var (key, _) in _ended.Where(entry => time.GetElapsedTime(entry.Value) >= StoredWithin).ToList())
        {
            _ended.Remove(key);
        }

        foreach (var use in stored.Where(use => !_ended.ContainsKey((use.Task, use.Stage))))
        {
            Hold(use);
        }

        Pump();
    }

    /// <summary>Gives out what is free, to those who wait longest, and takes back what a queue did not use.</summary>
    public void Pump()
    {
        _kept.RemoveAll(kept => time.GetElapsedTime(kept.At) >= ILimitGrain.KeptFor);
        while (_waiting.First is { } first && IsFree(first.Value.Weight))
        {
            _waiting.RemoveFirst();
            Keep(first.Value.Queue, first.Value.Weight);
            first.Value.Granted.SetResult();
        }
    }

    /// <summary>Why an attempt that takes so many slots has none; null when it could have them.</summary>
    public StageObstacle? Obstacle(int weight)
    {
        var name = Definition?.Name ?? limit;
        if (IsFree(weight))
        {
            return _waiting.First?.Value is { } first && !IsFree(first.Weight)
                ? StageObstacle.LimitLine(name, _waiting.Count, first.Weight, Used, Definition?.MaxConcurrent)
                : null;
        }

        if (RestsUntil is { } rest && rest > time.GetUtcNow())
        {
            return StageObstacle.LimitRests(name, rest, RestReason);
        }

        if (Definition is null || !IsSettled)
        {
            return StageObstacle.LimitSettling(name);
        }

        if (Definition.MaxConcurrent is { } most && Used + Math.Min(weight, most) > most)
        {
            var holders = Holders.Take(StageObstacle.MaxNamed).Select(use => $"{use.Task}/{use.Stage} on {use.Worker}").ToList();
            return StageObstacle.LimitFull(name, weight, Used, most, holders, _holdings.Count);
        }

        return _pace.NextAt(Definition.Rate!, weight) is { } next ? StageObstacle.LimitRate(name, Definition.Rate!.ToString(), next) : null;
    }

    /// <summary>An attempt that takes more slots than there are takes all of them.</summary>
    private bool IsFree(int weight)
    {
        if (Definition is null)
        {
            return _isDefinitionKnown;
        }

        return IsSettled
            && !(RestsUntil > time.GetUtcNow())
            && (Definition.MaxConcurrent is not { } most || Used + Math.Min(weight, most) <= most)
            && (Definition.Rate is not { } rate || _pace.NextAt(rate, weight) is null);
    }

    private void Add(SlotUse use)
    {
        _holdings.Add((use.Task, use.Stage), new Holding(use, time.GetTimestamp()));
        _held += use.Weight;
    }

    private void Keep(string queue, int weight)
    {
        _kept.Add(new Kept(queue, weight, time.GetTimestamp()));
        Count(weight);
    }

    private void Count(int weight)
    {
        if (Definition?.Rate is not null)
        {
            _pace.Take(weight);
        }
    }

    private bool Unkeep(string queue, int weight)
    {
        var index = _kept.FindIndex(kept => kept.Queue == queue && kept.Weight == weight);
        if (index < 0)
        {
            return false;
        }

        _kept.RemoveAt(index);
        return true;
    }

    private sealed record Waiting(string Queue, int Weight, TaskCompletionSource Granted);

    private readonly record struct Kept(string Queue, int Weight, long At);

    private readonly record struct Holding(SlotUse Use, long Since);
}

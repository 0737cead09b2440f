using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// How much waits in a queue, and room for stages of new tasks. What was given room and may not be stored yet counts as waiting, so tasks that are created at
/// the same time never go past the bound together; a task goes past it by its own stages at most. Not thread-safe: it lives in a grain's turns.
/// </summary>
/// <param name="count">Counts what waits as it is stored; null when that cannot be said now.</param>
internal sealed class Backlog(Func<Task<long?>> count, TimeProvider time)
{
    /// <summary>A silo that was not heard for so long has stored what it let in, or is dead.</summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(1);

    /// <summary>Older counts say nothing of now; room is given when there is a newer one.</summary>
    private static readonly TimeSpan CountIsGoodFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    /// <summary>Where nothing was started lately, nothing is known of how long it takes.</summary>
    private static readonly TimeSpan UsualRetry = TimeSpan.FromSeconds(30);

    /// <summary>A silo is given this part of the room that is left besides what it asks for, so that it need not ask for each task.</summary>
    private const int Share = 64;

    private const int MaxShare = 256;

    private readonly Dictionary<string, Asker> _askers = new(StringComparer.Ordinal);
    private long _counted;
    private long? _countedAt;

    /// <summary>Stages that were stored, or given up, since the last count began: it may have missed them.</summary>
    private long _settled;
    private Task _counting = Task.CompletedTask;

    /// <summary>With so many stages that wait, no new tasks are taken.</summary>
    public int Most { get; set; } = QueueBacklog.Usual;

    /// <summary>Never less than what waits of the tasks that were let in.</summary>
    public long Waiting => _counted + _settled + _askers.Values.Sum(asker => (long)asker.Outstanding);

    public async Task<QueueRoom> ReserveAsync(RoomRequest request, double startsPerSecond)
    {
        if (request.Silo is not { Length: >= 1 and <= QueueName.MaxLength * 4 } silo || request.Wanted < 1 || request.Settled < 0)
        {
            throw new ArgumentException("Room is asked for by a silo, for at least one stage.", nameof(request));
        }

        Settle(silo, request.Settled);
        var age = _countedAt is { } at ? time.GetElapsedTime(at) : TimeSpan.MaxValue;
        if (age >= CountEvery && _counting.IsCompleted)
        {
            _counting = CountAsync();
        }

        if (age >= CountIsGoodFor || Waiting >= Most)
        {
            await _counting;
        }

        if (Waiting >= Most)
        {
            return new QueueRoom(0, Waiting, Most, RetryAfter(startsPerSecond));
        }

        var granted = request.Wanted + (int)Math.Clamp((Most - Waiting - request.Wanted) / Share, 0, MaxShare);
        AskerOf(silo).Outstanding += granted;
        return new QueueRoom(granted, Waiting, Most, TimeSpan.Zero);
    }

    private void Settle(string silo, int settled)
    {
        foreach (var (name, quiet) in _askers)
        {
            if (name != silo && time.GetElapsedTime(quiet.HeardAt) >= ForgetAfter)
            {
                _askers.Remove(name);
            }
        }

        var asker = AskerOf(silo);
        asker.HeardAt = time.GetTimestamp();
        settled = Math.Min(settled, asker.Outstanding);
        asker.Outstanding -= settled;
        _settled += settled;
    }

    private async Task CountAsync()
    {
        var (before, at) = (_settled, time.GetTimestamp());
        if (await count() is { } counted)
        {
            _counted = counted;
            _settled -= before;
        }

        _countedAt = at;
    }

    private TimeSpan RetryAfter(double startsPerSecond)
    {
        if (startsPerSecond <= 0)
        {
            return UsualRetry;
        }

        var wait = TimeSpan.FromSeconds(Math.Ceiling((Waiting - Most + 1) / startsPerSecond));
        return wait < LongestRetry ? wait : LongestRetry;
    }

    private Asker AskerOf(string silo)
    {
        if (!_askers.TryGetValue(silo, out var asker))
        {
            _askers.Add(silo, asker = new Asker { HeardAt = time.GetTimestamp() });
        }

        return asker;
    }

    private sealed class Asker
    {
        /// <summary>Stages that it was given room for and that may not be stored yet.</summary>
        public int Outstanding { get; set; }

        public long HeardAt { get; set; }
    }
}

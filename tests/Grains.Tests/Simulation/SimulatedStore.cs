using VideoGen.Grains.Commit;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>How often each fault happens, as probabilities of a storage access.</summary>
internal sealed record FaultProfile
{
    public double FailBefore { get; init; }

    public double ExecuteThenFail { get; init; }

    /// <summary>The caller is told of a failure; the write executes later, if the record still stands where it stood then.</summary>
    public double LateExecute { get; init; }

    /// <summary>The write executes, and its caller is told of a conflict, as by a retry below it that met the first try.</summary>
    public double ConflictOnOwnSuccess { get; init; }

    public double Throttle { get; init; }

    public double FailRead { get; init; }

    /// <summary>A read gives an older document than the last one.</summary>
    public double StaleRead { get; init; }

    public double MaxDelaySeconds { get; init; } = 0.02;

    public static FaultProfile None { get; } = new();
}

/// <summary>One durable version of the record, as the store saw it.</summary>
/// <param name="ETag">Of this version.</param>
/// <param name="Before">That of the one before.</param>
/// <param name="Json">Its bytes.</param>
/// <param name="At">When it became durable.</param>
/// <param name="By">Who wrote it.</param>
/// <param name="Order">Among the writes of all stores of the run.</param>
internal sealed record Commit(string ETag, string? Before, byte[] Json, DateTimeOffset At, Guid By, long Order);

/// <summary>One record in a store that compares ETags, clones what it is given, and fails in every way that real ones do.</summary>
internal sealed class SimulatedStore(VirtualWorld world)
{
    private readonly List<Commit> _history = [];

    public FaultProfile Faults { get; set; } = FaultProfile.None;

    public IReadOnlyList<Commit> History => _history;

    public string? ETag => _history.Count == 0 ? null : _history[^1].ETag;

    /// <summary>Accesses so far; a test may make one of them fail.</summary>
    public int Accesses { get; private set; }

    public (int Access, FaultProfile Faults)? OneFault { get; set; }

    public async Task<(TaskDocument Document, string? ETag)> ReadAsync()
    {
        var faults = NextFaults();
        await world.DelayAsync(0, faults.MaxDelaySeconds);
        if (world.Chance(faults.FailRead))
        {
            throw new IOException("simulated: the read failed");
        }

        var stale = world.Chance(faults.StaleRead) && _history.Count > 0;
        var found = stale ? _history[world.Random.Next(_history.Count)] : _history.LastOrDefault();
        await world.DelayAsync(0, faults.MaxDelaySeconds);
        var document = new TaskDocument();
        if (found is not null)
        {
            document.Load(found.Json);
        }

        return (document, found?.ETag);
    }

    public async Task<string> WriteAsync(TaskDocument document, string? etag, Guid by)
    {
        var faults = NextFaults();
        var json = document.ToUtf8Json().ToArray();
        await world.DelayAsync(0, faults.MaxDelaySeconds);
        if (world.Chance(faults.FailBefore))
        {
            throw new IOException("simulated: failed before it was executed");
        }

        if (world.Chance(faults.Throttle))
        {
            throw new IOException("simulated: 429, too many requests");
        }

        if (world.Chance(faults.LateExecute))
        {
            _ = ExecuteLateAsync(json, etag, by);
            throw new TimeoutException("simulated: timed out");
        }

        var made = Execute(json, etag, by);
        await world.DelayAsync(0, faults.MaxDelaySeconds);
        if (world.Chance(faults.ExecuteThenFail))
        {
            throw new TimeoutException("simulated: executed, and the answer was lost");
        }

        if (made is null || world.Chance(faults.ConflictOnOwnSuccess))
        {
            throw new InvalidOperationException("simulated: 412, the condition was not met");
        }

        return made;
    }

    private async Task ExecuteLateAsync(byte[] json, string? etag, Guid by)
    {
        await world.DelayAsync(0, 3);
        Execute(json, etag, by);
    }

    private string? Execute(byte[] json, string? etag, Guid by)
    {
        if (etag != ETag)
        {
            return null;
        }

        _history.Add(new Commit($"e{_history.Count + 1}", etag, json, world.Now, by, world.NextOrder()));
        return ETag;
    }

    private FaultProfile NextFaults()
    {
        Accesses++;
        return OneFault is { } one && one.Access == Accesses ? one.Faults : Faults;
    }
}

/// <summary>The record as one activation reaches it. Once the activation is dead, nothing comes back from it; what was on its way may still execute.</summary>
internal sealed class SimulatedRecord(SimulatedStore store, Guid writer) : ITaskRecord
{
    private static readonly Task<(TaskDocument Document, string? ETag)> NeverRead = new TaskCompletionSource<(TaskDocument, string?)>().Task;
    private static readonly Task<string> NeverWritten = new TaskCompletionSource<string>().Task;

    public bool IsDead { get; set; }

    public async Task<(TaskDocument Document, string? ETag)> ReadAsync()
    {
        var result = IsDead ? await NeverRead : await store.ReadAsync();
        return IsDead ? await NeverRead : result;
    }

    public async Task<string?> WriteAsync(TaskDocument document, string? etag)
    {
        var made = IsDead ? await NeverWritten : await store.WriteAsync(document, etag, writer);
        return IsDead ? await NeverWritten : made;
    }
}

namespace VideoGen.Silo.Cluster;

/// <summary>What follows from how long a silo has not been able to store anything. It knows nothing of how that is found out.</summary>
internal sealed class StorageJudge(TimeProvider time)
{
    /// <summary>So long nothing was stored before it is tried, and before storage counts as away if that fails.</summary>
    public static readonly TimeSpan Doubtful = TimeSpan.FromSeconds(5);

    /// <summary>
    /// So long each attempt to store something must have failed before the silo asks whether it may leave. Not since it stored something last: one that has
    /// little to store may have done so seconds before storage went away, and others just before it. What was heard of those is too old by then
    /// (LeavePermits), or a storage that is away for all would make one of them leave.
    /// </summary>
    public static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(15);

    private long _lastGood = time.GetTimestamp();
    private long? _failingSince;

    public TimeSpan SinceGood => time.GetElapsedTime(_lastGood);

    /// <summary>Whether it is to be tried if anything can be stored. A silo that has nothing to store knows nothing either way.</summary>
    public bool NeedsProof => SinceGood >= Doubtful;

    public bool IsAway => _failingSince is not null && SinceGood >= Doubtful;

    public bool WantsToLeave => _failingSince is { } since && time.GetElapsedTime(since) >= Hopeless;

    public void Good()
    {
        _lastGood = time.GetTimestamp();
        _failingSince = null;
    }

    public void Bad() => _failingSince ??= time.GetTimestamp();
}

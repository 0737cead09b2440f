namespace VideoGen.Silo.Cluster;

/// <summary>What follows from how long a silo has not been able to store anything. It knows nothing of how that is found out.</summary>
internal sealed class StorageJudge(TimeProvider time)
{
    /// <summary>So long nothing was stored before it is tried, and before storage counts as away if that fails.</summary>
    public static readonly TimeSpan Doubtful = TimeSpan.FromSeconds(5);

    /// <summary>So long nothing could be stored before the silo asks whether it may leave.</summary>
    public static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(15);

    private long _lastGood = time.GetTimestamp();
    private bool _failing;

    public TimeSpan SinceGood => time.GetElapsedTime(_lastGood);

    /// <summary>Whether it is to be tried if anything can be stored. A silo that has nothing to store knows nothing either way.</summary>
    public bool NeedsProof => SinceGood >= Doubtful;

    public bool IsAway => _failing && SinceGood >= Doubtful;

    public bool WantsToLeave => _failing && SinceGood >= Hopeless;

    public void Good()
    {
        _lastGood = time.GetTimestamp();
        _failing = false;
    }

    public void Bad() => _failing = true;
}

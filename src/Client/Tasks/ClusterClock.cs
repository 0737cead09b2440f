namespace VideoGen.Client.Tasks;

/// <summary>
/// The time by which operation ids are made: that of this machine, until a task says that it is too far ahead; from then on as much earlier as it was then.
/// </summary>
internal sealed class ClusterClock(TimeProvider time) : TimeProvider
{
    private long _lead;

    /// <summary>How far this machine's clock was found to be ahead; zero when it never was.</summary>
    public TimeSpan Lead => TimeSpan.FromTicks(Interlocked.Read(ref _lead));

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() - Lead;

    /// <summary>True when nothing was known of it before.</summary>
    public bool Learn(DateTimeOffset clusterTime) => Interlocked.Exchange(ref _lead, (time.GetUtcNow() - clusterTime).Ticks) == 0;
}

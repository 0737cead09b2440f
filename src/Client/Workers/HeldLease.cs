namespace VideoGen.Client.Workers;

/// <summary>
/// A lease as its holder counts it. The task counts from the arrival of what grants or renews it; the holder counts from before it sent that, and stops
/// when nine tenths are over. So it has stopped before the task may give the stage to another, even where the two clocks drift apart by a twentieth (T7).
/// </summary>
internal sealed class HeldLease : IDisposable
{
    private const double Share = 0.9;

    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over;

    /// <param name="length">How long the task lets it hold.</param>
    /// <param name="askedAt">When it was asked for, as a timestamp of that clock.</param>
    /// <param name="time">The worker's clock.</param>
    public HeldLease(TimeSpan length, long askedAt, TimeProvider time)
    {
        _length = length * Share;
        _time = time;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Renew(askedAt);
    }

    /// <summary>Cancelled when the holder has to stop.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The task answered what was sent at that moment.</summary>
    public void Renew(long sentAt)
    {
        var left = _length - _time.GetElapsedTime(sentAt);
        _over.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose() => _over.Dispose();
}

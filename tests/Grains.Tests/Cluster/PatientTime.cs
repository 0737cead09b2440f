namespace VideoGen.Grains.Tests.Cluster;

/// <summary>
/// The system's time, but for the quarter of a second in which a queue has to say whether a worker may go on: that is half a minute, which no machine of a test
/// is too slow for.
/// </summary>
internal sealed class PatientTime : TimeProvider
{
    private static readonly TimeSpan Hasty = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime == Hasty ? Patient : dueTime, period);
}

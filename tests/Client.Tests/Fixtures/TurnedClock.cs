namespace VideoGen.Client.Tests.Fixtures;

/// <summary>The system's time, with the clock on the wall set wrong.</summary>
internal sealed class TurnedClock(TimeSpan lead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + lead;
}

/// <summary>No wait ever ends.</summary>
internal sealed class FrozenTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}

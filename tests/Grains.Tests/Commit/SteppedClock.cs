using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>A clock with two controls: time that passes, and steps of the clock on the wall, which no timer and no timestamp feels.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly FakeTimeProvider _ticks = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private TimeSpan _stepped;

    public override long TimestampFrequency => _ticks.TimestampFrequency;

    public void Pass(double seconds) => _ticks.Advance(TimeSpan.FromSeconds(seconds));

    public void Step(double hours) => _stepped += TimeSpan.FromHours(hours);

    public override DateTimeOffset GetUtcNow() => _ticks.GetUtcNow() + _stepped;

    public override long GetTimestamp() => _ticks.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _ticks.CreateTimer(callback, state, dueTime, period);
}

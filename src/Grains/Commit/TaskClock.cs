using VideoGen.Tasks;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>When a command came: by a clock that only goes on, and by the one on the wall.</summary>
internal readonly record struct Arrival(long Timestamp, DateTimeOffset Wall);

/// <summary>
/// The clock of one activation: it is set by the wall clock when the record is taken over, and goes on by a clock that nobody steps. So leases end neither
/// early nor late when the wall clock jumps. Over the activations of a task it never goes back, since it begins after the last time in the record.
/// </summary>
internal sealed class TaskClock
{
    private readonly TimeProvider _time;
    private DateTimeOffset _anchor;
    private long _anchoredAt;

    public TaskClock(TimeProvider time)
    {
        _time = time;
        _anchor = time.GetUtcNow();
        _anchoredAt = time.GetTimestamp();
    }

    public DateTimeOffset Now => At(_time.GetTimestamp());

    public LeaseTerms Leases { get; } = new();

    public Arrival Arrive() => new(_time.GetTimestamp(), _time.GetUtcNow());

    /// <summary>Another activation wrote the record that counts from now on. Its clock is followed, unless that was ahead by more than it may be.</summary>
    public void TakeOver(CommitRecord found)
    {
        var timestamp = _time.GetTimestamp();
        var wall = _time.GetUtcNow();
        _anchor = Later(Later(wall, At(timestamp)), found.WrittenAt - wall <= Limits.MaxClockLead ? found.WrittenAt : wall);
        _anchoredAt = timestamp;
        Leases.TakeOver(_anchor, found);
    }

    /// <summary>What a command that came then is judged by. One that came before the record was taken over counts as having come at that moment.</summary>
    public DecisionContext ContextOf(Arrival arrival, long highestToken, string taskId) =>
        new(At(arrival.Timestamp), highestToken, taskId) { Wall = arrival.Wall, Leases = Leases };

    public DateTimeOffset TimeOf(Arrival arrival) => At(arrival.Timestamp);

    private DateTimeOffset At(long timestamp) =>
        timestamp <= _anchoredAt ? _anchor : _anchor + _time.GetElapsedTime(_anchoredAt, timestamp);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

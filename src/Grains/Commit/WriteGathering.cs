using VideoGen.Tasks;

namespace VideoGen.Grains.Commit;

/// <summary>
/// Waits between two writes of one task for the callers of the first. Many callers at once tend to stay many: those who were just answered send their next
/// command soon, and a write takes much the same time for all of them as for half.
/// </summary>
internal sealed class WriteGathering(CommandInbox inbox, TimeProvider time)
{
    /// <summary>Turns in a row without a new command, after which no more are waited for.</summary>
    private const int IdleTurns = 64;

    /// <summary>After a gathering that brought too few callers, this many writes go out at once.</summary>
    private const int Pause = 16;

    private int _writesUntilNext;
    private bool _isOver;

    /// <summary>Completes after everything that is queued now has run. By default: one pass of the scheduler of the loop.</summary>
    public Func<Task> LetOthersRun { get; set; } = static async () => await Task.Yield();

    /// <summary>From now on every write goes out at once.</summary>
    public void End() => _isOver = true;

    /// <summary>Completes when the next write should go out.</summary>
    /// <param name="answered">Commands that the last write answered.</param>
    /// <param name="lastWrite">How long it took.</param>
    public Task AfterWriteAsync(int answered, TimeSpan lastWrite) =>
        answered > 1 && --_writesUntilNext <= 0 ? GatherAsync(answered, lastWrite) : Task.CompletedTask;

    /// <summary>Waits for as long as callers keep coming, and at most for as long as the last write took.</summary>
    private async Task GatherAsync(int answered, TimeSpan lastWrite)
    {
        var started = time.GetTimestamp();
        var waiting = inbox.Count;
        var expected = Math.Min(waiting + answered, Limits.MaxBatch);
        for (var idle = 0; idle < IdleTurns && inbox.Count < expected && !_isOver && time.GetElapsedTime(started) < lastWrite; idle++)
        {
            var before = inbox.Count;
            await LetOthersRun();
            idle = inbox.Count > before ? 0 : idle;
        }

        var cameEnough = (inbox.Count - waiting) * 2 >= expected - waiting;
        _writesUntilNext = cameEnough ? 0 : Pause;
    }
}

using Orleans.Runtime;

namespace VideoGen.Grains.Activation;

/// <summary>
/// Wakes an activation at the next moment at which its task is owed something. There is one timer at most, and none for a moment that is far away: by then the
/// activation may be gone, and what the store keeps of the schedule wakes the task.
/// </summary>
internal sealed class TaskAlarm(IGrainBase grain, Func<Task> ring, TimeProvider time)
{
    /// <summary>Moments that are further away are left to the store: an activation that is not called goes away before.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromMinutes(TaskStateGrain.IdleMinutes);

    /// <summary>What was due and could not be done is tried again after this time.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private IGrainTimer? _timer;

    /// <summary>The timestamp at which the timer rings; null when it does not.</summary>
    private long? _ringsAt;

    /// <summary>Whether it will ring.</summary>
    public bool IsSet => _ringsAt is not null;

    /// <param name="wait">Until the moment; null for none.</param>
    public void Set(TimeSpan? wait)
    {
        if (wait is not { } due || due > Horizon)
        {
            Stop();
            return;
        }

        // A moment that has come was seen to just now. It is looked at again after a while, in case that failed.
        due = due > TimeSpan.Zero ? due : Again;
        var ringsAt = time.GetTimestamp() + (long)(due.TotalSeconds * time.TimestampFrequency);
        if (_ringsAt <= ringsAt)
        {
            // A lease that is renewed ends later. The timer rings in vain once, and is set anew then, which is cheaper than with each report.
            return;
        }

        _ringsAt = ringsAt;
        if (_timer is null)
        {
            _timer = grain.RegisterGrainTimer(
                RingAsync, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Stop()
    {
        _timer?.Dispose();
        _timer = null;
        _ringsAt = null;
    }

    private Task RingAsync()
    {
        _ringsAt = null;
        return ring();
    }
}

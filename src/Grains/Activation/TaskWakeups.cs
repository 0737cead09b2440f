using Orleans.Runtime;
using VideoGen.Grains.Commit;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Activation;

/// <summary>
/// Sees to it that a task goes on when its time comes (T9), and that its activation may go away while nothing is at work. Where the store keeps schedules, an
/// alarm rings at the next moment that matters, and the store wakes a task that is not in memory. Elsewhere an unfinished task looks at its clock each second.
/// </summary>
internal sealed class TaskWakeups
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly IGrainBase _grain;
    private readonly Func<Task> _wake;
    private readonly bool _isScheduled;
    private readonly IdleTasks _idle;
    private readonly TimeProvider _time;
    private readonly TaskAlarm _alarm;
    private IGrainTimer? _tick;

    /// <summary>What the alarm was set for.</summary>
    private (StageOutline? Outline, RunStatus? Status, DateTimeOffset? Deadline, bool IsWatched) _setFor;

    /// <param name="wake">Does what is due, and calls <see cref="Renew"/> again.</param>
    /// <param name="isScheduled">Whether the store keeps schedules.</param>
    public TaskWakeups(IGrainBase grain, Func<Task> wake, bool isScheduled, IdleTasks idle, TimeProvider time)
    {
        (_grain, _wake, _isScheduled, _idle, _time) = (grain, wake, isScheduled, idle, time);
        _alarm = new TaskAlarm(grain, wake, time);
    }

    /// <summary>To be called when the durable state has changed, and after each wake-up.</summary>
    public void Renew(TaskCommitLoop loop, bool isWatched)
    {
        if (!_isScheduled)
        {
            Tick(loop.State is { Pipeline: not null } open && !open.Status.IsFinished());
            return;
        }

        var state = loop.State;
        var setFor = (state?.Stages.Outline, state?.Status, state?.Deadline, isWatched);
        if (setFor.Outline is not null && setFor == _setFor && _alarm.IsSet)
        {
            // The usual case: a report changed how far a stage is, and nothing else. A lease that it renewed ends later, which the alarm finds out by itself.
            return;
        }

        _setFor = setFor;
        _alarm.Set(state is null ? null : UntilNext(state, loop));
        if (isWatched || (state is not null && StageSchedules.Leased(state) > 0))
        {
            _idle.Remove(_grain.GrainContext);
        }
        else
        {
            _idle.Add(_grain.GrainContext);
        }
    }

    /// <summary>The activation ends.</summary>
    public void End() => _idle.Remove(_grain.GrainContext);

    /// <summary>Until a lease or the whole time is over, or until a stage may be offered whose delay ends; null when the clock changes nothing.</summary>
    private TimeSpan? UntilNext(TaskState state, TaskCommitLoop loop)
    {
        var now = _time.GetUtcNow();
        var (due, delay) = (state.Pipeline is null ? null : loop.UntilDue, StageSchedules.NextDelay(state, now) - now);
        return delay is null || due < delay ? due : delay;
    }

    private void Tick(bool isOpen)
    {
        if (isOpen)
        {
            _tick ??= _grain.RegisterGrainTimer(_wake, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true, KeepAlive = true });
        }
        else
        {
            _tick?.Dispose();
            _tick = null;
        }
    }
}

using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Commit;

/// <summary>
/// Progress that is merged in memory, joins the next write, and is written by itself at most once in a while (T1, T8). The first report to an activation is
/// written before it is answered: else a write of the activation before could end the lease that the answer renews (T7).
/// </summary>
internal sealed partial class TaskCommitLoop
{
    private bool _flushScheduled;
    private bool _flushDue;

    /// <summary>Joins progress into memory. Whether the reporter may go on is judged by the durable state.</summary>
    private TaskReply Buffer(ReportProgress report, Arrival arrivedAt)
    {
        var commit = _record.Document.Commit;
        switch (TaskTransitions.DecideWithinBounds(State, report, _clock.ContextOf(arrivedAt, commit.HighestToken, _taskId)))
        {
            case TaskDecision.Refused refused:
                _diagnostics.Refused(refused.Reason);
                return TaskReplies.Refused(refused, commit.Version);
            case TaskDecision.Unchanged unchanged:
                _clock.Leases.Hear(State, report, _clock.TimeOf(arrivedAt));
                return TaskReplies.Unchanged(unchanged.Why, commit.Version, State, report);
            default:
                if (!_buffered.TryAdd(report, arrivedAt))
                {
                    return TaskReplies.Busy($"Too many reports wait for task {_taskId} already; try again later.", commit.Version);
                }

                _clock.Leases.Hear(State, report, _clock.TimeOf(arrivedAt));
                FlushLater();
                return TaskReplies.Buffered(commit.Version, State, report);
        }
    }

    private void FlushLater()
    {
        if (!_flushScheduled)
        {
            _flushScheduled = true;
            _ = FlushAfterAsync();
        }

        async Task FlushAfterAsync()
        {
            // Never later than the interval, and never at once, so that reports gather.
            var due = (_record.LastWrite + _options.ProgressInterval - _clock.Now).Ticks;
            await Task.Delay(new TimeSpan(Math.Clamp(due, _options.ProgressInterval.Ticks / 10, _options.ProgressInterval.Ticks)), _time);
            _flushScheduled = false;
            Flush();
        }
    }

    private void Flush()
    {
        _flushDue = !_buffered.IsEmpty;
        Run();
    }

    /// <summary>Progress that could not be written waits for the next write.</summary>
    private void HoldBack(IReadOnlyList<BufferedReport> progress)
    {
        foreach (var (report, arrivedAt) in progress)
        {
            _buffered.TryAdd(report, arrivedAt);
        }

        if (progress.Count > 0 && !_isEnding)
        {
            FlushLater();
        }
    }
}

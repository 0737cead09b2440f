using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Whether stages of a queue may be started, and which silos take it for open: a silo that was told so believes it for <see cref="QueueAdmission.Term"/>.
/// </summary>
internal sealed class PauseGate(StageQueue queue, TimeProvider time)
{
    private QueuePause? _pause;

    /// <summary>When a silo was last told that stages may be started; a former activation may have said so at the very start of this one.</summary>
    private long _admittedAt = time.GetTimestamp();

    /// <summary>The pause that holds now; null while the queue is open.</summary>
    public QueuePause? Pause => _pause is { } pause && pause.HoldsAt(time.GetUtcNow()) ? pause : null;

    /// <summary>Tells a silo whether it may start stages of the queue.</summary>
    public QueueAdmission Admit()
    {
        var pause = Pause;
        if (pause is null)
        {
            _admittedAt = time.GetTimestamp();
        }

        return new QueueAdmission(pause);
    }

    /// <summary>The pause that holds from now on; null for none.</summary>
    public void Apply(QueuePause? pause)
    {
        _pause = pause;
        if (Pause is not null)
        {
            queue.Pause();
        }
        else if (queue.IsPaused)
        {
            queue.Resume();
        }
    }

    /// <summary>A pause may have an end.</summary>
    public void OpenWhenDue()
    {
        if (queue.IsPaused && Pause is null)
        {
            Apply(null);
        }
    }

    /// <summary>Until no silo takes the queue for open any more.</summary>
    public async Task WaitUntilClosedAsync()
    {
        while (QueueAdmission.Term - time.GetElapsedTime(_admittedAt) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, time);
        }
    }
}

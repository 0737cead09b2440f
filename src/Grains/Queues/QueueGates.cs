using System.Collections.Concurrent;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Whether the queues let stages be started, as this silo knows. A queue admits a silo for a short while at a time, so that a start asks nobody, and yet a
/// queue that is paused knows when no silo takes it for open any more.
/// </summary>
internal sealed class QueueGates(GrainReferences<IStageQueueGrain> queues, TimeProvider time)
{
    /// <summary>The clocks of two machines do not go at the very same speed; the one who is admitted stops first.</summary>
    private static readonly TimeSpan OpenFor = QueueAdmission.Term * 0.9;

    private readonly ConcurrentDictionary<string, Task<Admitted>> _gates = new(StringComparer.Ordinal);

    /// <summary>The pause that keeps stages of the queue from being started; null when they may be. Completed at once in the usual case.</summary>
    public async ValueTask<QueuePause?> PauseOfAsync(string queue)
    {
        if (_gates.TryGetValue(queue, out var known) && known is { IsCompletedSuccessfully: true, Result: { Pause: null } open }
            && time.GetElapsedTime(open.AskedAt) < OpenFor)
        {
            return null;
        }

        // Those who come at the same moment ask once.
        if (known is null || known.IsCompleted)
        {
            var asking = AskAsync(queue);
            _gates[queue] = asking;
            known = asking;
        }

        return (await known).Pause;
    }

    private async Task<Admitted> AskAsync(string queue)
    {
        var asked = time.GetTimestamp();
        try
        {
            var admission = await queues[queue].AdmitAsync();
            return new Admitted(admission.Pause, asked);
        }
        catch (Exception exception) when (OlderPrograms.DoNotKnow(exception))
        {
            // A queue of a program that knows no pause is open.
            return new Admitted(null, asked);
        }
    }

    private sealed record Admitted(QueuePause? Pause, long AskedAt);
}

using System.Collections.Concurrent;
using Orleans.Runtime;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>Room in the queues for tasks that are created in this silo: some more than is asked for, so that few creations ask.</summary>
internal sealed class CreationGates(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time)
{
    /// <summary>A queue that does not answer lets tasks in: what it does not hear of, the store still keeps.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>That there is no room is believed for so long, so that those who come all the same cost nothing.</summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Null when there is room, which is given back with <see cref="Settle"/>; else what the queue says.</summary>
    public async ValueTask<QueueRoom?> EnterAsync(string queue, int stages)
    {
        var gate = _gates.GetOrAdd(queue, static _ => new Gate());
        await gate.Asking.WaitAsync();
        try
        {
            if (gate.Full is { } full && time.GetElapsedTime(gate.At) < FullFor)
            {
                return full;
            }

            if (gate.Full is null && gate.Free >= stages && time.GetElapsedTime(gate.At) < QueueRoom.Term)
            {
                gate.Free -= stages;
                return null;
            }

            return await AskAsync(gate, queue, stages);
        }
        finally
        {
            gate.Asking.Release();
        }
    }

    /// <summary>What was let in is stored, or was refused.</summary>
    public void Settle(string queue, int stages) => Interlocked.Add(ref _gates.GetOrAdd(queue, static _ => new Gate()).Settled, stages);

    private async Task<QueueRoom?> AskAsync(Gate gate, string queue, int stages)
    {
        var settled = Interlocked.Exchange(ref gate.Settled, 0) + gate.Free;
        gate.Free = 0;
        gate.At = time.GetTimestamp();
        QueueRoom room;
        try
        {
            var request = new RoomRequest(silo.SiloAddress.ToString(), stages, settled);
            room = await grains.GetGrain<IStageQueueGrain>(queue).ReserveAsync(request).WaitAsync(AnswersWithin, time);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException || OlderPrograms.DoNotKnow(exception))
        {
            gate.Full = null;
            return null;
        }

        gate.Full = room.Granted == 0 ? room : null;
        gate.Free = Math.Max(0, room.Granted - stages);
        return gate.Full;
    }

    private sealed class Gate
    {
        /// <summary>What was let in and is over; the queue hears of it with the next question.</summary>
        public int Settled;

        /// <summary>One asks at a time; those behind it may find what they need.</summary>
        public SemaphoreSlim Asking { get; } = new(1);

        /// <summary>Room that nobody has taken yet.</summary>
        public int Free { get; set; }

        /// <summary>When the queue was asked last.</summary>
        public long At { get; set; }

        /// <summary>The last answer, where it was that there is no room.</summary>
        public QueueRoom? Full { get; set; }
    }
}

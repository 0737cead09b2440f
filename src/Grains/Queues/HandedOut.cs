using VideoGen.Tasks;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Offers that a worker took a moment ago: it asks the task for the lease now. Until then the index still shows the stage as waiting, and it must not be handed
/// out twice. One that was not started after a while is looked for again: its worker may have died with it (T9).
/// </summary>
internal sealed class HandedOut(TimeProvider time)
{
    public static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(4);

    private readonly Dictionary<(TaskId Task, StageName Stage), Taken> _taken = [];
    private readonly Queue<((TaskId Task, StageName Stage) Key, long At)> _order = [];

    public int Count => _taken.Count;

    public void Add(StageOffer offer)
    {
        var key = (offer.Task, offer.Stage);
        var now = time.GetTimestamp();
        _taken[key] = new Taken(offer.Attempt, now);
        _order.Enqueue((key, now));
    }

    public bool Contains(StageOffer offer) =>
        _taken.TryGetValue((offer.Task, offer.Stage), out var taken) && taken.Attempt >= offer.Attempt && time.GetElapsedTime(taken.At) < StartWithin;

    /// <summary>The taker says that it cannot start the stage, so that it need not be waited for. A malformed offer was never handed out.</summary>
    public void Return(StageOffer? offer)
    {
        if (offer is { Stage.Value: not null } && _taken.TryGetValue((offer.Task, offer.Stage), out var taken) && taken.Attempt == offer.Attempt)
        {
            _taken.Remove((offer.Task, offer.Stage));
        }
    }

    /// <summary>Forgets those that should have been started by now. Returns how many they are.</summary>
    public int Expire()
    {
        var expired = 0;
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= StartWithin)
        {
            _order.Dequeue();
            if (_taken.TryGetValue(oldest.Key, out var taken) && taken.At == oldest.At)
            {
                _taken.Remove(oldest.Key);
                expired++;
            }
        }

        return expired;
    }

    private readonly record struct Taken(int Attempt, long At);
}

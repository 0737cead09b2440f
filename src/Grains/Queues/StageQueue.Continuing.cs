using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>Workers that go on with the next stage of a task, without an offer of it.</summary>
internal sealed partial class StageQueue
{
    /// <summary>
    /// Takes an offer that is not in the queue for a worker that asks for this one. False when the worker would be given another one, when it could wait for
    /// slots, and when another worker waits for it.
    /// </summary>
    public bool TryContinue(StageOffer? offer, WorkerProfile profile)
    {
        if (IsPaused || offer is not { Limits: null } || offer.Check() is not null || _handedOut.Contains(offer))
        {
            return false;
        }

        var group = _workers.GroupOf(profile, _book.Demands);
        if (_book.DemandOf(offer).LongestWaiting() is { } waiting && waiting.First!.Profile.Worker.Name != profile.Worker.Name)
        {
            return false;
        }

        // Where it would stand is what is asked, so it is put there.
        var isAdded = _book.Add(offer);
        var entry = _book.Find(offer.Task, offer.Stage)!;
        var isNext = ReferenceEquals(OfferBook.Best(group.Demands), entry);
        if (isNext)
        {
            Take(entry);
        }
        else if (isAdded)
        {
            _book.Remove(entry);
        }

        return isNext;
    }

    /// <summary>What was taken so was not begun after all: when it is offered, it goes to anybody.</summary>
    public void Forgo(StageOffer? offer) => _handedOut.Return(offer);
}

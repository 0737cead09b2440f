using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

/// <summary>A place of this worker that an offer has taken: from the moment it came until the stage's code has ended.</summary>
/// <param name="Queue">Where the offer came from.</param>
/// <param name="Offer">What is being done.</param>
/// <param name="Since">When it came.</param>
internal sealed record HeldStage(string Queue, StageOffer Offer, DateTimeOffset Since)
{
    public string Kind { get; } = Offer.Stage.Kind;
}

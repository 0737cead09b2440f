using VideoGen.Tasks.Queues;

namespace VideoGen.Tasks.Queries;

/// <summary>A stage that waits for a worker: everything that it depends on is done.</summary>
/// <param name="Queue">Where workers ask for it.</param>
/// <param name="Offer">What a worker is told of it.</param>
/// <param name="NotBefore">When the delay before its next attempt is over; null for one that may start at once.</param>
public sealed record ReadyStage(string Queue, StageOffer Offer, DateTimeOffset? NotBefore)
{
    /// <summary>The first part of the name of the stage.</summary>
    public string Kind { get; } = Offer.Stage.Kind;

    /// <summary>The capabilities that a worker must have, as one text.</summary>
    public string Needs { get; } = string.Join('\n', Offer.Needs);

    /// <summary>For whom the task is done; empty for nobody in particular.</summary>
    public string FairKey => Offer.FairShare?.Key ?? "";
}

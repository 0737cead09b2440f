using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

/// <summary>A place of this worker that an offer has taken: from the moment it came until the stage's code has ended.</summary>
/// <param name="Queue">Where the offer came from.</param>
/// <param name="Offer">What is being done.</param>
/// <param name="Since">When it came.</param>
internal sealed record HeldStage(string Queue, StageOffer Offer, DateTimeOffset Since)
{
    public string Kind { get; } = Offer.Stage.Kind;

    /// <summary>The same place with the next stage of the task in it.</summary>
    public HeldStage FollowedBy(StageBrief next, DateTimeOffset since) => new(Queue, Offer with { Stage = next.Stage, Attempt = next.Attempt }, since);
}

/// <summary>A stage whose lease this worker holds.</summary>
/// <param name="Start">The answer that gave it.</param>
/// <param name="AskedAt">When that was asked for, as a timestamp of the worker's clock.</param>
internal sealed record BegunStage(TaskReply Start, long AskedAt);

using VideoGen.Tasks.Queues;

namespace VideoGen.Tasks.Contracts;

/// <summary>
/// A worker whose place becomes free with the completion that it sends. It gets the next stage of the same task in the same write, if its queue would give it
/// that one anyway: so a stage costs one call and one write, and not an offer, a call for it, a call for the lease and two writes.
/// </summary>
/// <param name="Profile">What it can do.</param>
/// <param name="LeaseDuration">How long the lease holds without a report.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageTaker")]
public sealed record StageTaker([property: Id(0)] WorkerProfile Profile, [property: Id(1)] TimeSpan LeaseDuration);

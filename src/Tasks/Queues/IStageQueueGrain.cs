using System.Collections.Immutable;
using Orleans.Concurrency;

namespace VideoGen.Tasks.Queues;

/// <summary>The offers of one queue; the key is its name. They are in memory alone, because tasks make them again from what is stored.</summary>
[Alias("VideoGen.IStageQueueGrain"), GrainInterfaceType("VideoGen.IStageQueueGrain")]
public interface IStageQueueGrain : IGrainWithStringKey
{
    /// <summary>The longest that a worker may wait for an offer in one call.</summary>
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    /// <summary>Adds offers; one that is there already is not added again.</summary>
    [OneWay, Alias("Offer")]
    Task OfferAsync(ImmutableArray<StageOffer> offers);

    /// <summary>
    /// The first offer that the worker can do, by priority, age of the task and order of arrival. Waits for one if there is none; null when the
    /// time is over.
    /// </summary>
    [Alias("Take")]
    Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken = default);

    [AlwaysInterleave, Alias("Inspect")]
    Task<QueueStatus> InspectAsync();
}

/// <param name="Offers">Stages that wait for a worker.</param>
/// <param name="WaitingWorkers">Calls that wait for a stage.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueStatus")]
public sealed record QueueStatus([property: Id(0)] int Offers, [property: Id(1)] int WaitingWorkers);

using System.Collections.Immutable;
using Orleans.Concurrency;

namespace VideoGen.Grains.Queues;

[Reentrant]
internal sealed class StageQueueGrain(TimeProvider time) : Grain, IStageQueueGrain
{
    private readonly StageQueue _queue = new();

    public Task OfferAsync(ImmutableArray<StageOffer> offers)
    {
        foreach (var offer in offers)
        {
            _queue.Offer(offer);
        }

        return Task.CompletedTask;
    }

    public Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken) =>
        _queue.TakeAsync(worker, wait < IStageQueueGrain.MaxWait ? wait : IStageQueueGrain.MaxWait, time, cancellationToken);

    public Task<QueueStatus> InspectAsync() => Task.FromResult(new QueueStatus(_queue.Count, _queue.Waiting));
}

using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using VideoGen.Grains.Recovery;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

[GrainType("stagequeue")]
[Reentrant]
internal sealed class StageQueueGrain(TimeProvider time, IOptions<RecoveryOptions> recovery) : Grain, IStageQueueGrain
{
    private readonly StageQueue _queue = new();

    /// <summary>A queue that comes up holds nothing. Tasks offer again after a while; those that are not in memory must be woken first (T9).</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        recovery.Value.Enabled ? GrainFactory.GetGrain<IRecoveryGrain>(0).RequestAsync() : Task.CompletedTask;

    public Task OfferAsync(ImmutableArray<StageOffer> offers)
    {
        foreach (var offer in offers)
        {
            _queue.Offer(offer);
        }

        return Task.CompletedTask;
    }

    public Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        worker.CheckBounds();
        return _queue.TakeAsync(worker, wait < IStageQueueGrain.MaxWait ? wait : IStageQueueGrain.MaxWait, time, cancellationToken);
    }

    public Task<QueueStatus> InspectAsync() => Task.FromResult(new QueueStatus(_queue.Count, _queue.Waiting));
}

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

    /// <summary>What is wrong with the key; null when it is the name of a queue.</summary>
    private string? _objection;

    /// <summary>A queue that comes up holds nothing. Tasks offer again after a while; those that are not in memory must be woken first (T9).</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _objection = QueueName.Check(this.GetPrimaryKeyString());
        return _objection is null && recovery.Value.Enabled ? GrainFactory.GetGrain<IRecoveryGrain>(0).RequestAsync() : Task.CompletedTask;
    }

    /// <exception cref="ArgumentException">An offer was malformed; the others were taken in. Nobody waits for the answer, so it ends in the log.</exception>
    public Task OfferAsync(ImmutableArray<StageOffer> offers)
    {
        RefuseUnlessQueue();
        string? problem = null;
        foreach (var offer in offers.IsDefault ? [] : offers)
        {
            problem = _queue.Offer(offer) ?? problem;
        }

        return problem is null ? Task.CompletedTask : throw new ArgumentException(problem, nameof(offers));
    }

    public Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        RefuseUnlessQueue();
        ArgumentNullException.ThrowIfNull(worker);
        if (worker.Check() is { } problem)
        {
            throw new ArgumentException(problem, nameof(worker));
        }

        return _queue.TakeAsync(worker, wait < IStageQueueGrain.MaxWait ? wait : IStageQueueGrain.MaxWait, time, cancellationToken);
    }

    public Task<QueueStatus> InspectAsync()
    {
        RefuseUnlessQueue();
        return Task.FromResult(new QueueStatus(_queue.Count, _queue.Waiting));
    }

    private void RefuseUnlessQueue()
    {
        if (_objection is not null)
        {
            DeactivateOnIdle();
            throw new ArgumentException(_objection);
        }
    }
}

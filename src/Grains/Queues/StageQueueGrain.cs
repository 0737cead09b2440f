using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Recovery;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// One queue. It holds the best of what the index says is ready, and hears of what became ready since; so it has nothing that could be lost, and a second
/// activation of it does no harm: the task decides who starts a stage (T7).
/// </summary>
[GrainType("stagequeue")]
[Reentrant]
internal sealed class StageQueueGrain : Grain, IStageQueueGrain
{
    /// <summary>How often the queue looks at what time alone changes.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly StageQueue _queue;
    private readonly QueueRefill _refill;
    private readonly IOptions<RecoveryOptions> _recovery;

    /// <summary>What is wrong with the key; null when it is the name of a queue.</summary>
    private readonly string? _objection;

    public StageQueueGrain(IGrainContext context, ITaskIndex index, IOptions<RecoveryOptions> recovery, TimeProvider time, VideoGenDiagnostics diagnostics)
    {
        var name = context.GrainId.Key.ToString()!;
        _recovery = recovery;
        _objection = QueueName.Check(name);
        _queue = new StageQueue(time) { IsIndexed = index.KeepsSchedules };
        _refill = new QueueRefill(name, _queue, index, time, diagnostics);
    }

    /// <summary>
    /// A queue that comes up reads what is ready. Without an index tasks offer again after a while; those that are not in memory must be woken first (T9).
    /// </summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_objection is not null)
        {
            return Task.CompletedTask;
        }

        if (_queue.IsIndexed)
        {
            _refill.Request();
            this.RegisterGrainTimer(_refill.TickAsync, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true });
            return Task.CompletedTask;
        }

        return _recovery.Value.Enabled ? GrainFactory.GetGrain<IRecoveryGrain>(0).RequestAsync() : Task.CompletedTask;
    }

    /// <exception cref="ArgumentException">An offer was malformed or did not fit; the others are in. Nobody awaits the answer: it ends in the log.</exception>
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

    public async Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        RefuseUnlessQueue();
        ArgumentNullException.ThrowIfNull(worker);
        if (worker.Check() is { } problem)
        {
            throw new ArgumentException(problem, nameof(worker));
        }

        if (wait <= TimeSpan.Zero)
        {
            await _refill.Running;
        }

        var taken = _queue.TakeAsync(worker, wait < IStageQueueGrain.MaxWait ? wait : IStageQueueGrain.MaxWait, cancellationToken);
        _refill.AfterTake(taken.IsCompleted ? null : worker);
        return await taken;
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

using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Recovery;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;

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

    private static readonly TimeSpan LookAtSettingsEvery = TimeSpan.FromSeconds(5);

    private readonly StageQueue _queue;
    private readonly QueueRefill _refill;
    private readonly SlotSeeker _slots;
    private readonly Backlog _backlog;
    private readonly PauseGate _gate;
    private readonly IOptions<RecoveryOptions> _recovery;
    private readonly TimeProvider _time;
    private readonly VideoGenDiagnostics _diagnostics;
    private readonly string _name;

    /// <summary>What is wrong with the key; null when it is the name of a queue.</summary>
    private readonly string? _objection;

    private long _lookedAt;

    public StageQueueGrain(
        IGrainContext context, IGrainFactory grains, ITaskIndex index, IOptions<RecoveryOptions> recovery, TimeProvider time, VideoGenDiagnostics diagnostics)
    {
        _name = context.GrainId.Key.ToString()!;
        _recovery = recovery;
        _time = time;
        _diagnostics = diagnostics;
        _objection = QueueName.Check(_name);
        _queue = new StageQueue(time) { IsIndexed = index.KeepsSchedules, SlotsWanted = set => _slots!.Serve(set) };
        _slots = new SlotSeeker(_name, _queue, grains, time, diagnostics);
        _refill = new QueueRefill(_name, _queue, index, time, diagnostics);
        _backlog = new Backlog(() => CountAsync(index), time);
        _gate = new PauseGate(_queue, time);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>
    /// A queue that comes up reads what is ready. Without an index tasks offer again after a while; those that are not in memory must be woken first (T9).
    /// </summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_objection is not null)
        {
            return;
        }

        await LookAtSettingsAsync();
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true });
        if (_queue.IsIndexed)
        {
            _refill.Request();
        }
        else if (_recovery.Value.Enabled)
        {
            await GrainFactory.GetGrain<IRecoveryGrain>(0).RequestAsync();
        }
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

    /// <exception cref="ArgumentException">The offer is malformed. Nobody awaits the answer: it ends in the log.</exception>
    public Task ReturnAsync(StageOffer offer)
    {
        RefuseUnlessQueue();
        return _queue.Return(offer) is { } problem ? throw new ArgumentException(problem, nameof(offer)) : Task.CompletedTask;
    }

    public Task<bool> ContinueAsync(StageOffer offer, WorkerProfile worker)
    {
        RefuseUnlessQueue();
        ArgumentNullException.ThrowIfNull(worker);
        if (worker.Check() is { } problem)
        {
            throw new ArgumentException(problem, nameof(worker));
        }

        var isGranted = _gate.Pause is null && _queue.TryContinue(offer, worker);
        if (isGranted)
        {
            // It is about to be started, as if its silo had asked whether it may.
            _gate.Admit();
        }

        return Task.FromResult(isGranted);
    }

    public Task ForgoAsync(StageOffer offer)
    {
        RefuseUnlessQueue();
        _queue.Forgo(offer);
        return Task.CompletedTask;
    }

    public Task<QueueAdmission> AdmitAsync()
    {
        RefuseUnlessQueue();
        return Task.FromResult(_gate.Admit());
    }

    public Task PauseAsync(QueuePause pause)
    {
        RefuseUnlessQueue();
        _gate.Apply(pause);
        return _gate.WaitUntilClosedAsync();
    }

    public Task ResumeAsync()
    {
        RefuseUnlessQueue();
        _gate.Apply(null);
        return Task.CompletedTask;
    }

    public Task<QueueRoom> ReserveAsync(RoomRequest request)
    {
        RefuseUnlessQueue();
        ArgumentNullException.ThrowIfNull(request);
        return _backlog.ReserveAsync(request, _queue.StartsPerSecond);
    }

    public Task ChangedAsync()
    {
        RefuseUnlessQueue();
        return LookAtSettingsAsync();
    }

    public Task<QueueStatus> InspectAsync()
    {
        RefuseUnlessQueue();
        return Task.FromResult(new QueueStatus(_queue.Count, _queue.Waiting)
        {
            MoreWait = !_queue.IsComplete,
            Pause = _gate.Pause,
            Most = _backlog.Most,
        });
    }

    public Task<ImmutableArray<QueuePlace>> FindPlacesAsync(ImmutableArray<StageOffer> offers, ImmutableArray<WorkerProfile> workers)
    {
        RefuseUnlessQueue();
        if (offers.IsDefault || offers.Length > Limits.MaxStages || offers.Any(offer => offer is null || offer.Check() is not null))
        {
            throw new ArgumentException($"A call asks for the places of at most {Limits.MaxStages} offers, each of which is well formed.", nameof(offers));
        }

        if (workers.IsDefault || workers.Any(worker => worker is null || worker.Check() is not null))
        {
            throw new ArgumentException("A call for places needs the profiles of workers, each of which is well formed.", nameof(workers));
        }

        return Task.FromResult(_queue.FindPlaces(offers, workers));
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _diagnostics.QueueGone(_name);
        return Task.CompletedTask;
    }

    private async Task TickAsync()
    {
        _diagnostics.QueueSeen(_name, _queue.Count, _queue.Waiting);
        _gate.OpenWhenDue();
        if (_time.GetElapsedTime(_lookedAt) >= LookAtSettingsEvery)
        {
            await LookAtSettingsAsync();
        }

        if (_queue.IsIndexed)
        {
            await _refill.TickAsync();
        }
        else
        {
            _queue.ExpireHandedOut();
        }
    }

    /// <summary>Word of a pause goes to one activation; another one learns of it here.</summary>
    private async Task LookAtSettingsAsync()
    {
        _lookedAt = _time.GetTimestamp();
        try
        {
            var settings = await GrainFactory.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
            _gate.Apply(settings.Pauses.GetValueOrDefault(_name));
            _backlog.Most = settings.Backlogs?.TryGetValue(_name, out var most) == true ? most : QueueBacklog.Usual;
        }
#pragma warning disable CA1031 // The next look repeats it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _diagnostics.StepFailed(_name, "reading whether the queue is paused", exception);
        }
    }

    private async Task<long?> CountAsync(ITaskIndex index)
    {
        if (!index.KeepsSchedules)
        {
            return _queue.Count;
        }

        try
        {
            return (await index.CountReadyAsync(_name)).Sum(count => count.Count);
        }
#pragma warning disable CA1031 // A store that cannot count now can hardly store either; the next question counts again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _diagnostics.StepFailed(_name, "counting what waits", exception);
            return null;
        }
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

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Queues;

namespace VideoGen.Grains.Tasks;

/// <summary>One task. It hands commands to its commit loop and, once they are durable, sees to what the stored state owes.</summary>
[Reentrant]
internal sealed class TaskStateGrain : Grain, ITaskStateGrain
{
    /// <summary>The name of the storage provider, and of the state within it.</summary>
    public const string StorageName = "tasks";

    public const string StateName = "task";

    /// <summary>How often an unfinished task looks at its clock and repeats its offers.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCommitLoop _loop;
    private readonly TaskWatchers _watchers = new();
    private readonly StageOffers _offers;
    private readonly TimeProvider _time;
    private readonly VideoGenDiagnostics _diagnostics;
    private IGrainTimer? _tick;

    public TaskStateGrain(
        [FromKeyedServices(StorageName)] IGrainStorage storage,
        IGrainContext context,
        IGrainFactory grains,
        IOptions<CommitOptions> options,
        TimeProvider time,
        VideoGenDiagnostics diagnostics)
    {
        _time = time;
        _diagnostics = diagnostics;
        _offers = new StageOffers(grains, time);
        _loop = new TaskCommitLoop(
            context.GrainId.Key.ToString()!,
            new GrainStorageRecord(storage, StateName, context.GrainId),
            Guid.CreateVersion7(time.GetUtcNow()),
            time,
            new Random(),
            options.Value,
            diagnostics)
        {
            Published = OnPublished,
            Superseded = OnSuperseded,
        };
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _loop.LoadAsync();
        await OnPublishedAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _loop.DrainAsync().WaitAsync(cancellationToken);

    public Task<TaskReply> ExecuteAsync(OperationId operation, TaskCommand command) =>
        command is CreateTask create && create.TaskId.Value != this.GetPrimaryKeyString()
            ? Task.FromResult(TaskReply.Refused(RefusalReason.InvalidInput, $"The task to create is {create.TaskId}, but it was sent to {this.GetPrimaryKeyString()}."))
            : _loop.SubmitAsync(operation, command);

    public async Task<TaskSnapshot?> ReadAsync()
    {
        await _loop.LoadAsync();
        if (_loop.Snapshot is null)
        {
            // Asking for what is not there leaves nothing behind.
            DeactivateOnIdle();
        }

        return _loop.Snapshot;
    }

    public IAsyncEnumerable<TaskSnapshot> WatchAsync(long afterVersion, CancellationToken cancellationToken) =>
        _watchers.WatchAsync(_loop, afterVersion, cancellationToken);

    public Task PokeAsync() => Task.CompletedTask;

    private void OnPublished(TaskSnapshot? snapshot)
    {
        _watchers.Wake();
        _ = OnPublishedAsync();
    }

    /// <summary>What the durable state owes: offers of ready stages, and a look at the clock while anything is unfinished (T9). Safe to repeat.</summary>
    private async Task OnPublishedAsync()
    {
        var state = _loop.State;
        if (state is { Pipeline: not null } && !state.Status.IsFinished())
        {
            _tick ??= this.RegisterGrainTimer(OnTickAsync, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true, KeepAlive = true });
            await AttemptAsync("offering its stages", () => _offers.SendAsync(state));
        }
        else
        {
            _tick?.Dispose();
            _tick = null;
        }
    }

    private async Task OnTickAsync()
    {
        if (_loop.State is not { } state)
        {
            return;
        }

        var now = _time.GetUtcNow();
        if (StageReadiness.NextDeadline(state) <= now)
        {
            await AttemptAsync("checking its deadlines", () => _loop.SubmitAsync(OperationId.Create(_time), new CheckDeadlines()));
        }

        await AttemptAsync("offering its stages", () => _offers.SendAsync(state));
    }

    private void OnSuperseded()
    {
        _diagnostics.StoodDown(this.GetPrimaryKeyString());
        DeactivateOnIdle();
    }

    /// <summary>A step that the next tick repeats anyway: its failure is a fact to log, not an error of whoever caused it.</summary>
    private async Task AttemptAsync(string step, Func<Task> action)
    {
        try
        {
            await action();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _diagnostics.StepFailed(this.GetPrimaryKeyString(), step, exception);
        }
    }
}

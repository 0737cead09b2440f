using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Notices;
using VideoGen.Grains.Queues;
using VideoGen.Grains.Recovery;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Activation;

/// <summary>One task. It hands commands to its commit loop and, once they are durable, sees to what the stored state owes.</summary>
[GrainType(TaskStorage.GrainTypeName), Reentrant, CollectionAgeLimit(Minutes = IdleMinutes)]
internal sealed class TaskStateGrain : Grain, ITaskStateGrain, ITaskNoticesGrain
{
    /// <summary>An activation that was not called for so long goes away.</summary>
    public const int IdleMinutes = 2;

    private readonly TaskCommitLoop _loop;
    private readonly TaskWatchers _watchers = new();
    private readonly StorageCircuit _circuit;
    private readonly ReadableTasks _readable;
    private readonly StageOffers _offers;
    private readonly TaskDeletions _deletions;
    private readonly RetentionRules _retention;
    private readonly CommandAdmission _admission;
    private readonly TaskWakeups _wakeups;
    private readonly NoticeBook _book;
    private readonly TaskPost _post;
    private readonly TimeProvider _time;
    private readonly VideoGenDiagnostics _diagnostics;

    /// <summary>What is wrong with the key; null when it is a task id. Whoever may call the cluster may call a grain of any key.</summary>
    private readonly string? _objection;

    public TaskStateGrain(
        [FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage,
        IGrainContext context,
        IGrainFactory grains,
        IOptions<CommitOptions> options,
        IOptions<RecoveryOptions> recovery,
        ReadableTasks readable,
        ITaskRemains remains,
        QueueGates gates,
        GrainReferences<IStageQueueGrain> queues,
        CreationGates creationGates,
        StorageCircuit circuit,
        IdleTasks idle,
        ITaskIndex index,
        NoticeBook book,
        INoticeSender sender,
        TimeProvider time,
        VideoGenDiagnostics diagnostics)
    {
        _circuit = circuit;
        _readable = readable;
        _retention = recovery.Value.Retention;
        _time = time;
        _diagnostics = diagnostics;
        var (key, random) = (context.GrainId.Key.ToString()!, new Random());
        _ = TaskId.TryParse(key, out _, out _objection);
        _offers = new StageOffers(queues, time, isRepeated: !index.KeepsSchedules);
        _wakeups = new TaskWakeups(this, OnWakeUpAsync, index.KeepsSchedules, idle, time);
        _loop = new TaskCommitLoop(
            key,
            new GrainStorageRecord(storage, TaskStorage.StateName, context.GrainId),
            Guid.CreateVersion7(time.GetUtcNow()),
            time,
            random,
            options.Value,
            diagnostics)
        {
            Circuit = circuit,
            Published = OnPublished,
            StandDown = OnStandDown,
            LetOthersRun = StandInLine,
            Subscribed = () => book.Known,
        };
        _book = book;
        _deletions = new TaskDeletions(key, _loop, remains, diagnostics);
        _post = new TaskPost(key, this, _loop, book, sender, circuit, random, time, diagnostics);
        _admission = new CommandAdmission(_loop, grains, gates, creationGates, queues, time, diagnostics);
    }

    /// <summary>Completes when the thread pool has come to the end of its present queue. That is where callers of this silo go on.</summary>
    private static Task StandInLine() =>
#pragma warning disable RS0030 // The empty action alone leaves the turn; what awaits it goes on within the turn.
        Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
#pragma warning restore RS0030

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_objection is null)
        {
            if (_circuit.Refusal(this.GetPrimaryKeyString()) is { } refusal)
            {
                throw refusal;
            }

            await _book.ReadyAsync();
            await _loop.LoadAsync();
            _admission.Loaded();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _readable.Remove(this.GetPrimaryKeyString(), _loop);
        _wakeups.End();
        _post.End();
        return _loop.DrainAsync().WaitAsync(cancellationToken);
    }

    public Task<TaskReply> ExecuteAsync(OperationId operation, TaskCommand command)
    {
        if (_objection is not null)
        {
            DeactivateOnIdle();
            return Task.FromResult(TaskReplies.InvalidInput(_objection, 0));
        }

        if (command is CreateTask && !_deletions.Running.IsCompleted)
        {
            return CreateAfterDeletionAsync(operation, command);
        }

        // Each method that waits takes its part of a turn, so the usual call has none here.
        var answer = command is DeleteTask ? _deletions.SubmitAsync(operation, command) : _admission.SubmitAsync(operation, command);
        return _loop.HasRecord ? answer : AnswerAndLeaveNothingBehindAsync(answer);
    }

    public async Task<TaskSnapshot?> ReadAsync()
    {
        RefuseUnlessTask();
        if (_circuit.IsOpen && _loop.Snapshot is { } last)
        {
            return last;
        }

        await _loop.LoadAsync();
        LeaveNothingBehind();
        if (_loop.Snapshot is not null)
        {
            // Taken out again when the activation ends, which it does only when no call is under way.
            _readable.Add(this.GetPrimaryKeyString(), _loop);
        }

        return _loop.Snapshot;
    }

    public IAsyncEnumerable<TaskSnapshot> WatchAsync(long afterVersion, CancellationToken cancellationToken)
    {
        RefuseUnlessTask();
        return _watchers.WatchAsync(_loop, afterVersion, cancellationToken);
    }

    public Task PokeAsync()
    {
        RefuseUnlessTask();
        _offers.Repeat();
        return OnWakeUpAsync();
    }

    async Task<int> ITaskNoticesGrain.ReplayAsync(string webhook, bool told)
    {
        RefuseUnlessTask();
        await _loop.LoadAsync();
        LeaveNothingBehind();
        return await _post.ReplayAsync(webhook, told);
    }

    /// <exception cref="ArgumentException">The key is no task id.</exception>
    private void RefuseUnlessTask()
    {
        if (_objection is not null)
        {
            DeactivateOnIdle();
            throw new ArgumentException(_objection);
        }
    }

    private void OnPublished()
    {
        _watchers.Wake();
        _admission.Published(this.GetPrimaryKeyString());
        _wakeups.Renew(_loop, isWatched: _watchers.Count > 0);
        _post.Go();
        _ = AttemptAsync("offering its stages", () => _offers.SendAsync(_loop.State));
    }

    /// <summary>What the durable state owes: an end to what is overdue, and offers of ready stages. Safe to repeat (T9).</summary>
    private async Task OnWakeUpAsync()
    {
        await GoOnAsync();
        _wakeups.Renew(_loop, isWatched: _watchers.Count > 0);
        _post.Go();
    }

    private Task GoOnAsync() => AttemptAsync(
        "going on",
        async () =>
        {
            if (_circuit.IsOpen)
            {
                return;
            }

            await _loop.LoadAsync();
            if (_loop.State?.Status.IsFinished() != true)
            {
                await _loop.CheckTimeAsync(floor => OperationId.Create(_time, floor));
            }
            else if (_retention.For(_loop.State.Status) is var kept && StageSchedules.EndOf(_loop.State, kept) <= _time.GetUtcNow())
            {
                await _deletions.SubmitAsync(OperationId.Create(_time, _loop.OperationFloor), new CheckDeadlines { Retention = kept });
            }

            await _offers.SendAsync(_loop.State);
        });

    /// <summary>What the task of that name left goes first, so that nothing of the new one goes with it.</summary>
    private async Task<TaskReply> CreateAfterDeletionAsync(OperationId operation, TaskCommand create)
    {
        await _deletions.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await ExecuteAsync(operation, create);
    }

    private async Task<TaskReply> AnswerAndLeaveNothingBehindAsync(Task<TaskReply> answer)
    {
        try
        {
            return await answer;
        }
        finally
        {
            LeaveNothingBehind();
        }
    }

    /// <summary>Ends an activation for a task that never existed. One of a deleted task stays for a while: its watchers still wait for their end.</summary>
    private void LeaveNothingBehind()
    {
        if (!_loop.HasRecord)
        {
            DeactivateOnIdle();
        }
    }

    private void OnStandDown()
    {
        _diagnostics.StoodDown(this.GetPrimaryKeyString());
        _post.End();
        _readable.Remove(this.GetPrimaryKeyString(), _loop);
        DeactivateOnIdle();
    }

    /// <inheritdoc cref="Steps.AttemptAsync"/>
    private Task AttemptAsync(string step, Func<Task> action) => Steps.AttemptAsync(_diagnostics, this.GetPrimaryKeyString(), step, action);
}

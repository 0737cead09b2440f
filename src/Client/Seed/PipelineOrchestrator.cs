using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

// The seed is the Python system that this one grew from; TaskStateManager.cs says more of it.
namespace VideoGen.Client.Seed;

/// <summary>
/// The seed's orchestrator on top of the cluster: register stages, execute, resume, cancel, ask for the status. The registered stages are done by a
/// worker of this process; what the order is, what was done and what is owed is the task's, so an execution outlives the process that asked for it.
/// </summary>
/// <param name="grains">The cluster.</param>
/// <param name="tasks">Commands to tasks.</param>
/// <param name="states">Lists and cleans up.</param>
/// <param name="artifacts">Where stages keep their files.</param>
/// <param name="workerOptions">Of the worker; its queue is the first one.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Of the worker.</param>
public sealed class PipelineOrchestrator(
    IGrainFactory grains,
    PipelineClient tasks,
    TaskStateManager states,
    IArtifactStore artifacts,
    IOptions<StageWorkerOptions> workerOptions,
    TimeProvider time,
    ILogger<StageWorker> logger) : IAsyncDisposable
{
    private readonly List<IStage> _stages = [];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private StageWorker? _worker;

    /// <summary>The order of execution.</summary>
    public ImmutableArray<ExecutionPhase> Phases { get; init; } = ExecutionPhase.Default;

    /// <summary>False: the stages of a parallel phase wait for each other as well.</summary>
    public bool EnableParallelism { get; init; } = true;

    /// <summary>When one of these fails for good, nothing more of the task is started; the failure of any other stage is only noted.</summary>
    public ImmutableHashSet<string> CriticalStages { get; init; } = ["input_adaptation", "content_parsing", "audio_generation"];

    /// <summary>How often a failed stage is tried again. Not at all by itself, as in the seed.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>Adds a stage. All are registered before the first execution.</summary>
    public void RegisterStage(IStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (_worker is not null)
        {
            throw new InvalidOperationException($"Register the stage '{stage.Kind}' before the first execution.");
        }

        _stages.Add(stage);
    }

    public void RegisterStages(params ReadOnlySpan<IStage> stages)
    {
        foreach (var stage in stages)
        {
            RegisterStage(stage);
        }
    }

    /// <summary>Executes a task to its end. An id that was executed before with the same input gives that execution, and its result.</summary>
    /// <param name="input">The input as a JSON object.</param>
    /// <param name="taskId">The id; a new one, <c>task_</c> and 12 hexadecimal digits, when it is not given.</param>
    /// <param name="resume">
    /// Goes on with an existing task, from the stages that did not complete, whatever the input; a task that does not exist is begun.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting, not the task; use <see cref="CancelAsync"/> for that.</param>
    /// <exception cref="TaskStateException">The task could not be begun; the message says why.</exception>
    public async Task<PipelineResult> ExecuteAsync(JsonText input, TaskId? taskId = null, bool resume = false, CancellationToken cancellationToken = default)
    {
        var task = await ExecuteDetachedAsync(input, taskId, resume, cancellationToken).ConfigureAwait(false);
        var state = await tasks.WaitAsync(task, cancellationToken).ConfigureAwait(false)
            ?? throw new TaskStateException($"Task {task} was deleted before it ended.");
        return new PipelineResult(state);
    }

    /// <summary>Begins a task and returns its id once the task is durable; the execution goes on by itself.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<TaskId> ExecuteDetachedAsync(JsonText input, TaskId? taskId = null, bool resume = false, CancellationToken cancellationToken = default)
    {
        var phases = EnableParallelism ? Phases : [.. Phases.Select(phase => phase with { Parallel = false })];
        var stages = ExecutionPhase.ToStages(phases, [.. _stages.Select(stage => stage.Kind)], Define);
        var pipeline = new PipelineDefinition { Name = "orchestrated", Stages = stages };
        await StartWorkerAsync(cancellationToken).ConfigureAwait(false);
        var task = taskId ?? TaskId.Parse($"task_{Guid.NewGuid().ToString("N")[..12]}");
        if (resume && await states.ExistsAsync(task, cancellationToken).ConfigureAwait(false))
        {
            await ResumeAsync(task, cancellationToken).ConfigureAwait(false);
            return task;
        }

        var reply = await tasks.CreateAsync(new CreateTask(task, input, pipeline), cancellationToken).ConfigureAwait(false);
        return reply.IsRefused ? throw new TaskStateException($"Task {task} was not begun: {reply.Message}") : task;
    }

    /// <summary><see cref="ExecuteAsync"/> for callers that cannot wait asynchronously; safe under any synchronization context.</summary>
    public PipelineResult Execute(JsonText input, TaskId? taskId = null, bool resume = false) =>
        Task.Run(() => ExecuteAsync(input, taskId, resume)).GetAwaiter().GetResult();

    /// <summary>Goes on with a paused, failed or cancelled task; completed stages keep what they made. A task at work, or completed, stays as it is.</summary>
    public async Task<TaskReply> ResumeAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        await StartWorkerAsync(cancellationToken).ConfigureAwait(false);
        return await tasks.ResumeAsync(task, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True when the task is cancelled now; false when there is none, or it was finished already.</summary>
    public async Task<bool> CancelAsync(TaskId task, CancellationToken cancellationToken = default) =>
        (await tasks.CancelAsync(task, cancellationToken).ConfigureAwait(false)).Outcome == CommandOutcome.Applied;

    /// <summary>The state of the task; null when there is none.</summary>
    public async Task<TaskState?> GetStatusAsync(TaskId task, CancellationToken cancellationToken = default) =>
        (await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false))?.ToState();

    /// <inheritdoc cref="TaskStateManager.ListTasksAsync"/>
    public IAsyncEnumerable<TaskSummary> ListTasksAsync(RunStatus? status = null, CancellationToken cancellationToken = default) =>
        states.ListTasksAsync(status, cancellationToken);

    /// <inheritdoc cref="TaskStateManager.CleanupOldTasksAsync"/>
    public Task<int> CleanupOldTasksAsync(double days = 7, CancellationToken cancellationToken = default) =>
        states.CleanupOldTasksAsync(days, cancellationToken);

    /// <summary>Stops the worker, which gives its stages back; another process, or the next one, goes on with them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.StopAsync(CancellationToken.None).ConfigureAwait(false);
            _worker.Dispose();
        }

        _starting.Dispose();
    }

    private StageDefinition Define(StageName kind) => new()
    {
        Name = kind,
        Critical = CriticalStages.Contains(kind.Value),
        Queue = workerOptions.Value.Queues[0],
        Retry = Retry,
    };

    private async Task StartWorkerAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_worker is null)
            {
                var worker = new StageWorker(grains, tasks, artifacts, _stages, workerOptions, time, logger);
                await worker.StartAsync(cancellationToken).ConfigureAwait(false);
                _worker = worker;
            }
        }
        finally
        {
            _starting.Release();
        }
    }
}

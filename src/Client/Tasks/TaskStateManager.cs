using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

namespace VideoGen.Client.Tasks;

/// <summary>
/// The seed's state manager, made true over processes: load, change, save under a version, and the atomic updates. States are immutable, so a
/// change is a <c>with</c> expression, and saving returns the state with its new version.
/// </summary>
/// <remarks>
/// It serves tasks that their caller orchestrates. Of a task with a pipeline it reads everything, and may change metadata, errors and warnings; the rest
/// changes only through commands and leases.
/// </remarks>
public sealed class TaskStateManager(PipelineClient tasks, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    /// <summary>Stores the state if the stored one still has the version that this one was loaded with (0: if there is none).</summary>
    /// <returns>The state with its new version.</returns>
    /// <exception cref="TaskStateConflictException">Somebody else saved meanwhile.</exception>
    /// <exception cref="TaskStateException">The state was refused; the message says why.</exception>
    public async Task<TaskState> SaveAsync(TaskState state, CancellationToken cancellationToken = default)
    {
        var reply = await tasks.ExecuteAsync(state.TaskId, ToCommand(state), cancellationToken).ConfigureAwait(false);
        return reply.Reason switch
        {
            RefusalReason.None => state with { Version = reply.Version },
            RefusalReason.Conflict => throw new TaskStateConflictException($"Failed to save state: {reply.Message}"),
            _ => throw new TaskStateException($"Failed to save state: {reply.Message}"),
        };
    }

    /// <exception cref="TaskStateException">There is no such task.</exception>
    public async Task<TaskState> LoadAsync(TaskId task, CancellationToken cancellationToken = default) =>
        (await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false))?.ToState() ?? throw new TaskStateException($"State not found: {task}");

    /// <summary>
    /// Loads the task, applies the change, and saves it if nobody else did meanwhile; else waits and does it again. The change therefore may run more than
    /// once, and must not have effects of its own. An exception of the change ends the update at once, and nothing is stored.
    /// </summary>
    /// <param name="task">Which one.</param>
    /// <param name="change">Makes the new state out of the present one. The same state back means that there is nothing to do.</param>
    /// <param name="maxRetries">Attempts in all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TaskStateException">There is no such task, or others were faster every time.</exception>
    public async Task<TaskState> UpdateAtomicAsync(TaskId task, Func<TaskState, TaskState> change, int maxRetries = 3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRetries, 1);
        for (var attempt = 1; ; attempt++)
        {
            var present = await LoadAsync(task, cancellationToken).ConfigureAwait(false);
            var changed = change(present);
            if (ReferenceEquals(changed, present))
            {
                return present;
            }

            try
            {
                return await SaveAsync(changed with { Version = present.Version }, cancellationToken).ConfigureAwait(false);
            }
            catch (TaskStateConflictException conflict)
            {
                if (attempt == maxRetries)
                {
                    throw new TaskStateException($"Atomic update failed after {maxRetries} attempts: {conflict.Message}", conflict);
                }
            }

            var nominal = Math.Min(MaxDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, attempt - 1));
            await Task.Delay(TimeSpan.FromMilliseconds(nominal * (0.5 + Random.Shared.NextDouble())), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Raises the progress of a stage, durably; an unknown stage is no error.</summary>
    public Task UpdateStageProgressAtomicAsync(TaskId task, string stage, double progress, string? message = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(task, new ReportProgress(stage, null, progress, message) { Durable = true }, cancellationToken);

    /// <summary>Completes a stage; its artifacts are merged into those that it has. An unknown stage is no error.</summary>
    public Task CompleteStageAtomicAsync(TaskId task, string stage, IReadOnlyDictionary<string, string>? artifacts = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(task, new CompleteStage(stage, null) { ArtifactAddresses = StageState.EmptyArtifacts.AddRange(artifacts ?? ImmutableDictionary<string, string>.Empty) }, cancellationToken);

    /// <summary>Fails a stage, and adds <c>stage: error</c> to the errors of the task. An unknown stage is no error.</summary>
    public Task FailStageAtomicAsync(TaskId task, string stage, string error, CancellationToken cancellationToken = default) =>
        ApplyAsync(task, new FailStage(stage, null, error), cancellationToken);

    public async Task<bool> ExistsAsync(TaskId task, CancellationToken cancellationToken = default) =>
        await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>False when there was no such task.</summary>
    /// <exception cref="TaskStateException">The task is at work; cancel it first.</exception>
    public async Task<bool> DeleteAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        var reply = await tasks.ExecuteAsync(task, new DeleteTask(), cancellationToken).ConfigureAwait(false);
        return reply.IsRefused ? throw new TaskStateException($"Failed to delete state: {reply.Message}") : reply.Outcome == CommandOutcome.Applied;
    }

    /// <summary>All tasks, or those of one status, the newest first.</summary>
    public async IAsyncEnumerable<TaskSummary> ListTasksAsync(RunStatus? status = null)
    {
        var query = new TaskQuery { PageSize = TaskQuery.MaxPageSize, Statuses = status is { } only ? [only] : [] };
        TaskPage page;
        do
        {
            page = await tasks.ListAsync(query).ConfigureAwait(false);
            foreach (var task in page.Tasks)
            {
                yield return task;
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);
    }

    /// <summary>Deletes tasks that finished more than so many days ago. Unfinished tasks stay, however old. Returns how many it deleted.</summary>
    public async Task<int> CleanupOldTasksAsync(double days = 7, CancellationToken cancellationToken = default)
    {
        var before = time.GetUtcNow() - TimeSpan.FromDays(days);
        var deleted = 0;
        await foreach (var task in ListTasksAsync().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (task.Status.IsFinished() && (task.CompletedAt ?? task.CreatedAt) < before && await DeleteAsync(task.TaskId, cancellationToken).ConfigureAwait(false))
            {
                deleted++;
            }
        }

        return deleted;
    }

    /// <summary><see cref="SaveAsync"/> for callers that cannot wait asynchronously; safe under any synchronization context.</summary>
    public TaskState Save(TaskState state) => Wait(() => SaveAsync(state));

    /// <summary><see cref="LoadAsync"/> for callers that cannot wait asynchronously; safe under any synchronization context.</summary>
    public TaskState Load(TaskId task) => Wait(() => LoadAsync(task));

    /// <inheritdoc cref="Save"/>
    public TaskState SaveSync(TaskState state) => Save(state);

    /// <inheritdoc cref="Load"/>
    public TaskState LoadSync(TaskId task) => Load(task);

    private static SaveTask ToCommand(TaskState state) =>
        new(state.Version, JsonText.FromElement(JsonSerializer.SerializeToElement(state, TaskJson.Default.TaskState)));

    /// <summary>On a thread of its own accord, so that the caller's context is neither needed nor blocked by what comes back to it.</summary>
    private static T Wait<T>(Func<Task<T>> action) => Task.Run(action).GetAwaiter().GetResult();

    private async Task ApplyAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken)
    {
        var reply = await tasks.ExecuteAsync(task, command, cancellationToken).ConfigureAwait(false);
        if (reply.IsRefused)
        {
            throw new TaskStateException(reply.Reason == RefusalReason.NotFound ? $"State not found: {task}" : $"Atomic update failed: {reply.Message}");
        }
    }
}

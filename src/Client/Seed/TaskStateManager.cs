using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

// The seed is the Python system that this one grew from: a state manager of video pipelines on a single machine, which kept each task in a JSON file. Its
// parallel stages read and wrote the same file, and lost each other's updates. This folder keeps its API, and makes its promise true: no update is lost.
namespace VideoGen.Client.Seed;

/// <summary>
/// The state manager of the seed, made true over processes: load, change, save under a version, and the atomic updates. States are immutable, so a
/// change is a <c>with</c> expression or one of <see cref="TaskStateChanges"/>, and saving returns the state with its new version.
/// </summary>
/// <remarks>
/// It serves tasks that their caller orchestrates. Of a task with a pipeline it reads everything, and may change metadata, errors and warnings; the rest
/// changes only through commands and leases.
/// </remarks>
public sealed partial class TaskStateManager(PipelineClient tasks, TimeProvider time)
{
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1));

    private readonly TaskGates _gates = new();

    /// <summary>Stores the state if the stored one still has the version that this one was loaded with (0: if there is none).</summary>
    /// <returns>The state as it was stored, with its new version.</returns>
    /// <exception cref="TaskStateConflictException">Somebody else saved meanwhile.</exception>
    /// <exception cref="TaskStateException">The state was refused; the message says why.</exception>
    public async Task<TaskState> SaveAsync(TaskState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        var saved = Storable(state);
        var command = new SaveTask(saved.Version, JsonText.FromElement(JsonSerializer.SerializeToElement(saved, TaskJson.Default.TaskState)));
        var reply = await tasks.ExecuteAsync(saved.TaskId, command, cancellationToken).ConfigureAwait(false);
        return reply.Reason switch
        {
            RefusalReason.None => saved with { Version = reply.Version },
            RefusalReason.Conflict => throw new TaskStateConflictException($"Failed to save state: {reply.Message}"),
            _ => throw new TaskStateException($"Failed to save state: {reply.Message}"),
        };
    }

    /// <exception cref="TaskStateException">There is no such task.</exception>
    public async Task<TaskState> LoadAsync(TaskId task, CancellationToken cancellationToken = default) =>
        (await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false))?.ToState() ?? throw NotFound(task);

    /// <summary>
    /// Loads the task, applies the change, and saves it if nobody else did meanwhile; else waits and does it again. The change therefore may run more than
    /// once, and must not have effects of its own. An exception of the change ends the update at once, and nothing is stored.
    /// </summary>
    /// <param name="task">Which one.</param>
    /// <param name="change">Makes the new state out of the present one. The same state back means that there is nothing to do.</param>
    /// <param name="maxRetries">Attempts in all. Updates of this process go one after the other, so that only other processes use them up.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TaskStateException">There is no such task, or others were faster every time.</exception>
    public Task<TaskState> UpdateAtomicAsync(TaskId task, Func<TaskState, TaskState> change, int maxRetries = 3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRetries, 1);
        return _gates.RunAsync(task, () => CompareAndSwapAsync(task, change, maxRetries, cancellationToken), cancellationToken);
    }

    /// <summary>Raises the progress of a stage, durably; an unknown stage is no error.</summary>
    public Task UpdateStageProgressAtomicAsync(
        TaskId task, StageName stage, double progress, string? message = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(task, new ReportProgress(stage, null, progress, message) { Durable = true }, cancellationToken);

    /// <summary>Completes a stage; its artifacts are merged into those that it has. An unknown stage is no error.</summary>
    public Task CompleteStageAtomicAsync(
        TaskId task, StageName stage, IReadOnlyDictionary<string, string>? artifacts = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(
            task,
            new CompleteStage(stage, null) { ArtifactAddresses = StageState.EmptyArtifacts.AddRange(artifacts ?? ImmutableDictionary<string, string>.Empty) },
            cancellationToken);

    /// <summary>Fails a stage, and adds <c>stage: error</c> to the errors of the task. An unknown stage is no error.</summary>
    public Task FailStageAtomicAsync(TaskId task, StageName stage, string error, CancellationToken cancellationToken = default) =>
        ApplyAsync(task, new FailStage(stage, null, error), cancellationToken);

    public async Task<bool> ExistsAsync(TaskId task, CancellationToken cancellationToken = default) =>
        await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>False when there was no such task.</summary>
    /// <exception cref="TaskStateException">The task is at work; cancel it first.</exception>
    public async Task<bool> DeleteAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        var reply = await tasks.DeleteAsync(task, cancellationToken).ConfigureAwait(false);
        return reply.IsRefused ? throw new TaskStateException($"Failed to delete state: {reply.Message}") : reply.Outcome == CommandOutcome.Applied;
    }

    /// <summary>All tasks, or those of one status, the newest first.</summary>
    public IAsyncEnumerable<TaskSummary> ListTasksAsync(RunStatus? status = null, CancellationToken cancellationToken = default) =>
        ListAsync(status is { } only ? [only] : [], cancellationToken);

    /// <summary>Deletes tasks that finished more than so many days ago. Unfinished tasks stay, however old. Returns how many it deleted.</summary>
    /// <remarks>The seed deletes by time of creation, and so running tasks as well.</remarks>
    public async Task<int> CleanupOldTasksAsync(double days = 7, CancellationToken cancellationToken = default)
    {
        var before = time.GetUtcNow() - TimeSpan.FromDays(days);
        var deleted = 0;
        await foreach (var task in ListAsync([RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled], cancellationToken).ConfigureAwait(false))
        {
            // One that was reopened since it was listed is refused, and stays.
            if ((task.CompletedAt ?? task.UpdatedAt) < before
                && (await tasks.DeleteAsync(task.TaskId, cancellationToken).ConfigureAwait(false)).Outcome == CommandOutcome.Applied)
            {
                deleted++;
            }
        }

        return deleted;
    }

    /// <summary>What JSON cannot say or the stored form does not hold: NaN counts as 0, progress is clamped, and a new task was created now.</summary>
    private TaskState Storable(TaskState state) => state with
    {
        CreatedAt = state.CreatedAt == default ? time.GetUtcNow() : state.CreatedAt,
        OverallProgress = TaskTransitions.Clamp(state.OverallProgress),
        Stages = state.Stages.Map(stage =>
            TaskTransitions.Clamp(stage.Progress).Equals(stage.Progress) ? stage : stage with { Progress = TaskTransitions.Clamp(stage.Progress) }),
    };

    private async Task<TaskState> CompareAndSwapAsync(TaskId task, Func<TaskState, TaskState> change, int maxRetries, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var present = await LoadAsync(task, cancellationToken).ConfigureAwait(false);
            var changed = change(present) ?? throw new InvalidOperationException("The change of an atomic update returned no state.");
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

            await Retries.WaitAsync(attempt, tasks.Random, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<TaskSummary> ListAsync(
        ImmutableArray<RunStatus> statuses, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new TaskQuery { PageSize = TaskQuery.MaxPageSize, Statuses = statuses };
        TaskPage page;
        do
        {
            page = await tasks.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
            {
                yield return task;
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);
    }

    private async Task ApplyAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken)
    {
        var reply = await tasks.ExecuteAsync(task, command, cancellationToken).ConfigureAwait(false);
        if (reply.IsRefused)
        {
            throw reply.Reason == RefusalReason.NotFound ? NotFound(task) : new TaskStateException($"Atomic update failed: {reply.Message}");
        }
    }

    private static TaskStateException NotFound(TaskId task) => new($"State not found: {task}");
}

using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Seed;

/// <summary>The methods for callers that cannot wait asynchronously, with the seed's names. They are safe under any synchronization context.</summary>
public sealed partial class TaskStateManager
{
    /// <inheritdoc cref="SaveAsync"/>
    public TaskState Save(TaskState state) => Wait(() => SaveAsync(state));

    /// <inheritdoc cref="LoadAsync"/>
    public TaskState Load(TaskId task) => Wait(() => LoadAsync(task));

    /// <inheritdoc cref="SaveAsync"/>
    public TaskState SaveSync(TaskState state) => Save(state);

    /// <inheritdoc cref="LoadAsync"/>
    public TaskState LoadSync(TaskId task) => Load(task);

    /// <inheritdoc cref="ExistsAsync"/>
    public bool Exists(TaskId task) => Wait(() => ExistsAsync(task));

    /// <inheritdoc cref="DeleteAsync"/>
    public bool Delete(TaskId task) => Wait(() => DeleteAsync(task));

    /// <inheritdoc cref="ListTasksAsync"/>
    public ImmutableArray<TaskSummary> ListTasks(RunStatus? status = null) =>
        Wait(async () => ImmutableArray.CreateRange(await ListTasksAsync(status).ToListAsync().ConfigureAwait(false)));

    /// <inheritdoc cref="CleanupOldTasksAsync"/>
    public int CleanupOldTasks(double days = 7) => Wait(() => CleanupOldTasksAsync(days));

    /// <summary>On a thread of its own accord, so that the caller's context is neither needed nor blocked by what comes back to it.</summary>
    private static T Wait<T>(Func<Task<T>> action) => Task.Run(action).GetAwaiter().GetResult();
}

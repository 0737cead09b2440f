namespace VideoGen.Tasks.Contracts;

/// <summary>
/// Reads tasks; use key 0. In the silo of a task it answers beside the task's turns, so that a read does not wait behind the writes of the task; in another
/// silo it asks the task.
/// </summary>
[Alias("VideoGen.ITaskReaderGrain"), GrainInterfaceType("VideoGen.ITaskReaderGrain")]
public interface ITaskReaderGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// The last durable state (T4), or null when there is no such task. It never waits for a write. A caller that the task has answered reads at least the
    /// state of that answer.
    /// </summary>
    [Alias("Read")]
    Task<TaskSnapshot?> ReadAsync(TaskId task);
}

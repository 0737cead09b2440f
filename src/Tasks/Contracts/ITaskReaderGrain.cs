namespace VideoGen.Tasks.Contracts;

/// <summary>
/// Reads tasks; there is one of it, with the key 0. In the silo of a task it answers past the task's turn, so that a read does not wait behind those who write to
/// the task; elsewhere it asks the task.
/// </summary>
[Alias("VideoGen.ITaskReaderGrain"), GrainInterfaceType("VideoGen.ITaskReaderGrain")]
public interface ITaskReaderGrain : IGrainWithIntegerKey
{
    /// <summary>The last durable state (T4), or null when there is no such task. It never waits for a write, and whoever was answered by the task finds at least that.</summary>
    [Alias("Read")]
    Task<TaskSnapshot?> ReadAsync(TaskId task);
}

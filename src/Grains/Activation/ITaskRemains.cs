using VideoGen.Tasks;

namespace VideoGen.Grains.Activation;

/// <summary>What a task leaves outside of its record, and what goes with it when it is deleted: its artifacts. A silo that cannot reach any has none.</summary>
public interface ITaskRemains
{
    /// <summary>Called before the deletion of the task is stored, so that what a crash leaves behind can be found.</summary>
    Task NoteAsync(TaskId task);

    /// <summary>Called when it is certain whether the task is deleted; what it left goes only then.</summary>
    Task SettleAsync(TaskId task, bool isDeleted);
}

/// <summary>Of a silo that keeps nothing beside the records.</summary>
internal sealed class NoRemains : ITaskRemains
{
    public Task NoteAsync(TaskId task) => Task.CompletedTask;

    public Task SettleAsync(TaskId task, bool isDeleted) => Task.CompletedTask;
}

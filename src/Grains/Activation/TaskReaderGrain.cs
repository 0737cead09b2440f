using Orleans.Concurrency;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Activation;

/// <summary>Reentrant, as one task that is slow to load must not hold up the reads of others.</summary>
[GrainType("taskreader")]
[StatelessWorker, Reentrant]
internal sealed class TaskReaderGrain(ReadableTasks readable) : Grain, ITaskReaderGrain
{
    public Task<TaskSnapshot?> ReadAsync(TaskId task) => task.Value is null
        ? throw new ArgumentException(TaskId.Missing)
        : readable.Find(task.Value) is { } snapshot
        ? Task.FromResult<TaskSnapshot?>(snapshot)
        : GrainFactory.GetGrain<ITaskStateGrain>(task.Value).ReadAsync();
}

using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Running;

/// <summary>Tasks that can be steered: those of a cluster, of this machine's store, or of a silo over HTTP.</summary>
internal interface ISteeredTasks
{
    Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken);

    Task<TaskReply> ExecuteAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken);
}

/// <summary>Tasks that are reached through grain references.</summary>
internal sealed class SteeredTasks(PipelineClient tasks) : ISteeredTasks
{
    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) => tasks.ReadAsync(task, cancellationToken);

    public Task<TaskReply> ExecuteAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken) =>
        tasks.ExecuteAsync(task, command, cancellationToken);
}

using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;

namespace VideoGen.Cli.Hosting;

/// <summary>Tasks to look at: those of a cluster, or those in this machine's store.</summary>
internal interface ITaskSource : IAsyncDisposable
{
    Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken);

    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>The state, and each newer one until the task is finished or deleted.</summary>
    IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, CancellationToken cancellationToken);
}

/// <summary>Reads tasks through grain references of a cluster.</summary>
internal sealed class RemoteTaskSource(RemoteCluster cluster) : ITaskSource
{
    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) => cluster.Tasks.ReadAsync(task, cancellationToken);

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) => cluster.Tasks.ListAsync(query, cancellationToken);

    public IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, CancellationToken cancellationToken) =>
        cluster.Tasks.WatchAsync(task, cancellationToken: cancellationToken);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}

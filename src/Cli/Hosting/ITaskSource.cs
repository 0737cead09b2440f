using System.Collections.Immutable;
using VideoGen.Cli.Exits;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Waits;

namespace VideoGen.Cli.Hosting;

/// <summary>Tasks to look at: those of a cluster, or those in this machine's store.</summary>
internal interface ITaskSource : IAsyncDisposable
{
    /// <summary>The state as readers get it: without the tokens by which workers show that a stage is their own.</summary>
    Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Of each stage that waits, what it waits for; nothing when there is no such task.</summary>
    Task<ImmutableArray<StageWait>> ExplainAsync(TaskId task, CancellationToken cancellationToken);

    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>The state, and each newer one until the task is finished or deleted.</summary>
    IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, CancellationToken cancellationToken);
}

/// <summary>Reads tasks through grain references of a cluster.</summary>
internal sealed class RemoteTaskSource(RemoteCluster cluster) : ITaskSource
{
    public async Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) =>
        ReadableSnapshot.Of(await cluster.Tasks.ReadAsync(task, cancellationToken));

    public async Task<ImmutableArray<StageWait>> ExplainAsync(TaskId task, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Tasks.ExplainAsync(task, cancellationToken) ?? [];
        }
        catch (Exception exception) when (OlderSilos.AreBehind(exception))
        {
            // Silos of an older program explain nothing; the task itself says some of it.
            return await ReadAsync(task, cancellationToken) is { } snapshot
                ? StageReadiness.Explain(snapshot.ToState(), TimeProvider.System.GetUtcNow())
                : [];
        }
    }

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) => cluster.Tasks.ListAsync(query, cancellationToken);

    public IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, CancellationToken cancellationToken) =>
        cluster.Tasks.WatchAsync(task, cancellationToken: cancellationToken);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}

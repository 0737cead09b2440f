using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VideoGen.Storage;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Cli.Hosting;

/// <summary>Reads this machine's store directly. No silo needs to run, and one that does is not disturbed.</summary>
internal sealed class LocalTaskSource(TaskStoreReader store, TimeProvider time) : ITaskSource
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    public async Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) =>
        ReadableSnapshot.Of(await store.ReadAsync(task, cancellationToken));

    /// <summary>What the task itself says: this process knows no queue, worker or limit.</summary>
    public async Task<ImmutableArray<StageWait>> ExplainAsync(TaskId task, CancellationToken cancellationToken) =>
        await store.ReadAsync(task, cancellationToken) is { } snapshot
            ? StageReadiness.Explain(snapshot.ToState(), time.GetUtcNow())
            : [];

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) => store.Index.QueryAsync(query, cancellationToken);

    public async IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0L;
        while (await store.ReadAsync(task, cancellationToken) is { } snapshot)
        {
            if (snapshot.Version > seen)
            {
                seen = snapshot.Version;
                yield return snapshot;
                if (snapshot.ToState().Status.IsFinished())
                {
                    yield break;
                }
            }

            await Task.Delay(WatchInterval, time, cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }
}

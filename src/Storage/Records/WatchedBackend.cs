using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Records;

/// <summary>A backend whose faults are noted in <see cref="StoreHealth"/>.</summary>
internal sealed class WatchedBackend(IRecordBackend backend, StoreHealth health) : IRecordBackend
{
    public int Partitions => backend.Partitions;

    public int MaxBodyBytes => backend.MaxBodyBytes;

    public int PartitionOf(RecordKey key) => backend.PartitionOf(key);

    public Task OpenAsync(CancellationToken cancellationToken = default) => backend.OpenAsync(cancellationToken);

    public async ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        try
        {
            var record = await backend.ReadAsync(key, cancellationToken).ConfigureAwait(false);
            health.Note(writing: false, null);
            return record;
        }
        catch (StoreException exception)
        {
            health.Note(writing: false, exception);
            throw;
        }
    }

    public async ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        try
        {
            var verdicts = await backend.CommitAsync(batch).ConfigureAwait(false);
            health.Note(writing: true, verdicts.OfType<WriteVerdict.Failed>().Select(failed => failed.Exception).OfType<StoreException>().FirstOrDefault());
            return verdicts;
        }
        catch (StoreException exception)
        {
            health.Note(writing: true, exception);
            throw;
        }
    }

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => backend.QueryAsync(query, cancellationToken);

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => backend.CountAsync(query, cancellationToken);

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        backend.FindOwedAsync(untouchedSince, limit, cancellationToken);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        backend.PurgeDeletedAsync(before, cancellationToken);

    public bool KeepsSchedules => backend.KeepsSchedules;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default) => backend.FindReadyAsync(query, cancellationToken);

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        backend.CountReadyAsync(queue, cancellationToken);

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        backend.FindDueAsync(now, limit, cancellationToken);

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        backend.FindHoldersAsync(limit, cancellationToken);

    public void Dispose() => backend.Dispose();
}

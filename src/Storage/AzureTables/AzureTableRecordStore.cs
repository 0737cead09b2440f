using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>Records in an Azure table, spread over partitions; a batch is an entity-group transaction. ETags are the service's own.</summary>
internal sealed class AzureTableRecordStore : IRecordBackend
{
    private readonly TableConnection _connection;
    private readonly TableListed _listed;
    private readonly TableCommit _commit;
    private readonly TableIndexQueries _queries;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile bool _opened;

    public AzureTableRecordStore(AzureTableStorageOptions options, TimeProvider time)
    {
        if (options.Partitions is < 1 or > 256)
        {
            throw new StoreException(StoreFault.Unusable, $"Azure Table storage takes 1 to 256 partitions; {options.Partitions} were asked for.");
        }

        Partitions = options.Partitions;
        _connection = new TableConnection(options);
        _listed = new TableListed(_connection);
        _commit = new TableCommit(_connection, new TableThrottle(options, time, Random.Shared), _listed);
        _queries = new TableIndexQueries(_connection, Partitions);
    }

    public int Partitions { get; }

    /// <summary>Of the uncompressed body; what one entity holds is checked when it is compressed.</summary>
    public int MaxBodyBytes => 16 * 1024 * 1024;

    public int PartitionOf(RecordKey key) => TableKeys.PartitionOf(key, Partitions);

    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        if (_opened)
        {
            return;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_opened)
            {
                await GuardAsync("The storage could not be opened", async () =>
                {
                    await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                }).ConfigureAwait(false);
                _opened = true;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var found = await GuardAsync(
            $"The {key} could not be read",
            () => _connection.Reads.GetEntityIfExistsAsync<TableEntity>(
                TableKeys.Partition(PartitionOf(key)), TableKeys.RecordRow(key), cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (!found.HasValue)
        {
            return null;
        }

        var record = TableRecords.ToRecord(key, found.Value!);
        _listed.Remember(key, ListedState.Of(record.ETag, TableRecords.ToSummary(found.Value!)));
        return record;
    }

    public async ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        await OpenAsync().ConfigureAwait(false);
        var what = batch.Count == 1 ? $"The {batch[0].Key} could not be stored" : $"{batch.Count} records, the {batch[0].Key} among them, could not be stored";
        return await GuardAsync(what, () => _commit.RunAsync(TableKeys.Partition(PartitionOf(batch[0].Key)), batch)).ConfigureAwait(false);
    }

    public async Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        _ = PageToken.Parse(query.After);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync("The tasks could not be listed", () => _queries.PageAsync(query, cancellationToken)).ConfigureAwait(false);
    }

    public async Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync("The tasks could not be counted", () => _queries.CountAsync(query, cancellationToken)).ConfigureAwait(false);
    }

    public async Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync(
            "Unfinished tasks could not be looked for",
            () => _queries.FindOwedAsync(untouchedSince, limit, cancellationToken)).ConfigureAwait(false);
    }

    public async Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync("Records of deleted tasks could not be removed", async () =>
        {
            var purged = 0;
            var deleted = await _queries.FindDeletedAsync(before, cancellationToken).ConfigureAwait(false);
            foreach (var partition in deleted.GroupBy(write => PartitionOf(write.Key)))
            {
                var verdicts = await _commit.RunAsync(TableKeys.Partition(partition.Key), [.. partition]).ConfigureAwait(false);
                purged += verdicts.Count(verdict => verdict is WriteVerdict.Stored);
            }

            return purged;
        }).ConfigureAwait(false);
    }

    public void Dispose() => _opening.Dispose();

    private async Task<T> GuardAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException or AuthenticationFailedException)
        {
            throw TableFaults.Explain(exception, _connection.Place, what);
        }
    }
}

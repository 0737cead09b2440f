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
    /// <summary>How often rows of schedules are compared with their records: an older program may write records beside this one.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private readonly TableConnection _connection;
    private readonly TableListed _listed;
    private readonly TableCommit _commit;
    private readonly TableIndexQueries _queries;
    private readonly TableQueueQueries _queues;
    private readonly TableUpkeep _upkeep;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile bool _opened;
    private volatile bool _scheduled;

    /// <summary>Null until the first look.</summary>
    private long? _lookedAt;

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
        _queues = new TableQueueQueries(_connection, Partitions);
        _upkeep = new TableUpkeep(_connection, _commit, _listed, Partitions);
        _time = time;
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
                    _scheduled = await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
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
        _listed.Remember(key, TableRecords.ToListed(found.Value!));
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
        _ = PageToken.Parse(query);
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

            if (_lookedAt is not { } looked || _time.GetElapsedTime(looked) >= LookEvery)
            {
                _lookedAt = _time.GetTimestamp();
                await _upkeep.LookAsync(cancellationToken).ConfigureAwait(false);
            }

            return purged;
        }).ConfigureAwait(false);
    }

    public bool KeepsSchedules => true;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default)
    {
        query.Check();
        return AskAsync("What is ready could not be read", () => _queues.FindReadyAsync(query, cancellationToken), cancellationToken);
    }

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        AskAsync("What is ready could not be counted", () => _queues.CountReadyAsync(queue, cancellationToken), cancellationToken);

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        AskAsync("Tasks that are due could not be looked for", () => _queues.FindDueAsync(now, limit, cancellationToken), cancellationToken);

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        AskAsync("The holders of a limit could not be read", () => _queues.FindHoldersAsync(limit, cancellationToken), cancellationToken);

    public void Dispose() => _opening.Dispose();

    /// <summary>A question about schedules. A table of a former program gets its rows before the first one is answered.</summary>
    private async Task<T> AskAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync(what, async () =>
        {
            if (!_scheduled)
            {
                await ScheduleAllAsync(cancellationToken).ConfigureAwait(false);
            }

            return await ask().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task ScheduleAllAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_scheduled)
            {
                await _upkeep.LookAsync(cancellationToken).ConfigureAwait(false);
                await _connection.SetScheduledAsync(cancellationToken).ConfigureAwait(false);
                _scheduled = true;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

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

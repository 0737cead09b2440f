using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// Records in a PostgreSQL database. A batch is one transaction in one round trip, on the server's disk before it is acknowledged; batches of different
/// partitions share the flush of its log. Any number of silos may use one database.
/// </summary>
internal sealed class PostgresRecordStore : IRecordBackend
{
    private const int MaxPartitions = 64;

    /// <summary>A transaction that the server undid for another one is tried again so often.</summary>
    private const int MaxTries = 5;

    /// <summary>Memory for base bodies to diff against, of all partitions.</summary>
    private const long MaxBaseBytes = 64 * 1024 * 1024;

    /// <summary>Records that one transaction of a purge removes.</summary>
    private const int PurgeStep = 500;

    private static readonly Backoff BetweenTries = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200));

    private readonly PostgresDatabase _database;
    private readonly PostgresQueues _queues;
    private readonly PostgresSearch _search;
    private readonly PostgresPartition[] _partitions;
    private readonly TimeProvider _time;
    private bool _closed;

    /// <param name="options">The options.</param>
    /// <param name="logger">Gets warnings about the server's settings.</param>
    /// <param name="isReader">Whether it only looks into a database, and makes nothing.</param>
    /// <param name="time">For the waits between tries.</param>
    /// <exception cref="StoreException">The options are wrong.</exception>
    public PostgresRecordStore(PostgresStorageOptions options, ILogger? logger = null, bool isReader = false, TimeProvider? time = null)
    {
        if (options.Partitions is < 1 or > MaxPartitions)
        {
            throw new StoreException(
                StoreFault.Unusable, $"The PostgreSQL storage has 1 to {MaxPartitions} Partitions; {options.Partitions} are configured.");
        }

        var etags = new ETagSource();
        _partitions = [.. Enumerable.Range(0, options.Partitions).Select(_ => new PostgresPartition(etags, MaxBaseBytes / options.Partitions))];
        _time = time ?? TimeProvider.System;
        _database = new PostgresDatabase(options, isReader, logger ?? NullLogger.Instance);
        _queues = new PostgresQueues(_database);
        _search = new PostgresSearch(_database, ReadAsync, isReader);
    }

    public int Partitions => _partitions.Length;

    public int MaxBodyBytes => 64 * 1024 * 1024;

    public bool KeepsSchedules => true;

    public int PartitionOf(RecordKey key) => (int)((ulong)RecordChecksum.Of(key, []) % (ulong)Partitions);

    public Task OpenAsync(CancellationToken cancellationToken = default) => Guard(
        "The storage could not be opened",
        async () =>
        {
            await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        });

    public async ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) => await Guard<StoredRecord?>(
        $"The {key} could not be read",
        async () =>
        {
            await using var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("SELECT etag, checksum, base, changes FROM records WHERE kind = $1 AND id = $2", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Kind });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Id });
            await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (!await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            var (whole, changes) = (row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? [] : row.GetFieldValue<byte[]>(3));
            return RecordChecksum.Of(key, whole, changes) == row.GetInt64(1)
                ? new StoredRecord(row.GetString(0), changes.Length == 0 ? whole : Apply(key, whole, changes))
                : throw Damaged(key, "its content is not what was written under its key");
        }).ConfigureAwait(false);

    public async ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        var what = batch.Count == 1 ? $"The {batch[0].Key} could not be stored" : $"{batch.Count} records, the {batch[0].Key} among them, could not be stored";
        return await Guard(what, () => PlanAndCommitAsync(batch)).ConfigureAwait(false);
    }

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        _ = PageToken.Parse(query);
        return Guard("The tasks could not be listed", async () =>
        {
            await _search.BringUpForAsync(query, cancellationToken).ConfigureAwait(false);
            await using var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return await PostgresQuery.ReadPageAsync(connection, query, cancellationToken).ConfigureAwait(false);
        });
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        return Guard("The tasks could not be counted", async () =>
        {
            await _search.BringUpForAsync(query, cancellationToken).ConfigureAwait(false);
            await using var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return await PostgresQuery.CountAsync(connection, query, cancellationToken).ConfigureAwait(false);
        });
    }

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) => Guard(
        "Unfinished tasks could not be looked for",
        () => _queues.FindTasksAsync(
            "SELECT id FROM records WHERE owed AND updated_at <= $1 ORDER BY updated_at, id LIMIT $2", untouchedSince, limit, cancellationToken));

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Check();
        return Guard("The stages that wait could not be looked for", () => _queues.FindReadyAsync(query, cancellationToken));
    }

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        Guard("The stages that wait could not be counted", () => _queues.CountReadyAsync(queue, cancellationToken));

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) => Guard(
        "Tasks that are due could not be looked for",
        () => _queues.FindTasksAsync("SELECT id FROM records WHERE next_due <= $1 ORDER BY next_due, id LIMIT $2", now, limit, cancellationToken));

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        Guard("The holders of a limit could not be looked for", () => _queues.FindHoldersAsync(limit, cancellationToken));

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Guard(
        "Records of deleted tasks could not be removed",
        async () =>
        {
            await using var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var purged = 0;
            for (var step = PurgeStep; step == PurgeStep; purged += step)
            {
                await using var command = new NpgsqlCommand(
                    "DELETE FROM records WHERE (kind, id) IN (SELECT kind, id FROM records WHERE deleted AND updated_at < $1 LIMIT $2)", connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = StoredTime.ToTicks(before) });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PurgeStep });
                step = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return purged;
        });

    public void Dispose()
    {
        _closed = true;
        _database.Dispose();
    }

    private async Task<WriteVerdict[]> PlanAndCommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        var partition = _partitions[PartitionOf(batch[0].Key)];
        var plans = batch.Select((write, i) => partition.Plan(i, write)).ToArray();
        await using var connection = await _database.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var verdicts = await CommitAsync(batch, plans, connection).ConfigureAwait(false);
                foreach (var plan in plans.Where(plan => verdicts[plan.Number] is WriteVerdict.Stored))
                {
                    partition.Note(plan);
                }

                return verdicts;
            }
            catch (NpgsqlException exception) when (PostgresFaults.IsToBeTriedAgain(exception) && tries < MaxTries)
            {
                // Nothing of it took effect. Two that were in each other's way are not to meet again.
                await BetweenTries.WaitAsync(tries, Random.Shared, _time).ConfigureAwait(false);
            }
        }
    }

    private static async Task<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch, PostgresWrite[] plans, NpgsqlConnection connection)
    {
        // All statements up to the one answer are one transaction.
        await using var commands = new NpgsqlBatch(connection);
        foreach (var command in PostgresBatch.CommandsFor(plans))
        {
            commands.BatchCommands.Add(command);
        }

        var verdicts = new WriteVerdict?[batch.Count];
        await using (var answer = await commands.ExecuteReaderAsync().ConfigureAwait(false))
        {
            do
            {
                while (await answer.ReadAsync().ConfigureAwait(false))
                {
                    var number = answer.GetInt32(0);
                    verdicts[number] = new WriteVerdict.Stored(plans[number].ETag);
                }
            }
            while (await answer.NextResultAsync().ConfigureAwait(false));
        }

        await JudgeRefusedAsync(batch, verdicts, connection).ConfigureAwait(false);
        return verdicts!;
    }

    /// <summary>What the records are that were not as their writers took them for.</summary>
    private static async Task JudgeRefusedAsync(IReadOnlyList<RecordWrite> batch, WriteVerdict?[] verdicts, NpgsqlConnection connection)
    {
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i] is not null)
            {
                continue;
            }

            await using var command = new NpgsqlCommand("SELECT etag FROM records WHERE kind = $1 AND id = $2", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = batch[i].Key.Kind });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = batch[i].Key.Id });
            var stored = await command.ExecuteScalarAsync().ConfigureAwait(false) as string;
            verdicts[i] = batch[i] is { Body: null, ExpectedETag: null } && stored is null ? WriteVerdict.Deleted : new WriteVerdict.Conflict(stored);
        }
    }

    private byte[] Apply(RecordKey key, byte[] whole, byte[] changes)
    {
        try
        {
            return BodyDelta.Apply(whole, changes);
        }
        catch (FormatException exception)
        {
            throw Damaged(key, $"its changes are not of its base ({exception.Message.TrimEnd('.')})");
        }
    }

    private StoreException Damaged(RecordKey key, string why) => new(
        StoreFault.DamagedRecord,
        $"The stored {key} is damaged: {why}. Restore it from a backup, or delete its row in {_database.Schema}.records; other tasks are not affected.");

    private async Task<T> Guard<T>(string what, Func<Task<T>> action)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFaults.IsOfDatabase(exception))
        {
            throw PostgresFaults.Explain(exception, _database.Place, what);
        }
    }
}

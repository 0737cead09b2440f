using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// Records in one SQLite database: a batch is one transaction in its write-ahead log, synced before it is acknowledged. Each process has one writing
/// connection and a few reading ones; several processes of one machine may share the file.
/// </summary>
internal sealed partial class SqliteRecordStore : IRecordBackend
{
    /// <summary>Records that one transaction of a purge removes, or of an upgrade brings up, so that commits wait for it only shortly.</summary>
    private const int PurgeStep = 500;

    /// <summary>Rows whose columns of lists one purge looks at. It is called again and again, and comes to all of them in the end.</summary>
    private const int MendStep = 2_000;

    private readonly string _path;
    private readonly TimeSpan _busyTimeout;
    private readonly ILogger _logger;
    private readonly ETagSource _etags = new();
    private readonly Lock _writing = new();
    private readonly SqliteReaders _readers;
    private SqliteWriter? _writer;
    private volatile bool _opened;
    private bool _closed;

    public SqliteRecordStore(SqliteStorageOptions options, ILogger? logger = null)
    {
        if (string.IsNullOrWhiteSpace(options.DatabasePath))
        {
            throw new StoreException(StoreFault.Unusable, "The SQLite storage has no DatabasePath. Give it the path of a database file.");
        }

        _path = Path.GetFullPath(options.DatabasePath);
        _busyTimeout = options.BusyTimeout;
        _logger = logger ?? NullLogger.Instance;
        _readers = new SqliteReaders(_path, _busyTimeout);
    }

    /// <summary>Transactions committed so far: how well writes are batched.</summary>
    public long Transactions { get; private set; }

    public int Partitions => 1;

    public int MaxBodyBytes => 64 * 1024 * 1024;

    public int PartitionOf(RecordKey key) => 0;

    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        lock (_writing)
        {
            Guard("The storage could not be opened", () => WriterUnderLock());
        }

        return Task.CompletedTask;
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read($"The {key} could not be read", reader => reader.Read(key)));

    public ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        var what = batch.Count == 1 ? $"The {batch[0].Key} could not be stored" : $"{batch.Count} records, the {batch[0].Key} among them, could not be stored";
        lock (_writing)
        {
            var verdicts = Guard(what, () => WriterUnderLock().Commit(batch));
            Transactions++;
            return ValueTask.FromResult(verdicts);
        }
    }

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        _ = PageToken.Parse(query);
        const string What = "The tasks could not be listed";
        return Task.Run(
            () =>
            {
                BringUpFor(query, What, cancellationToken);
                return Read(What, reader => reader.Page(query, TellDamage));
            },
            cancellationToken);
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        var sql = SqliteQuery.Counts(query);
        const string What = "The tasks could not be counted";
        return Task.Run(
            () =>
            {
                BringUpFor(query, What, cancellationToken);
                return new TaskCounts(Read(What, reader => reader.Count(sql))
                    .Where(count => RunStatusExtensions.TryParseWireName(count.Key, out _))
                    .ToImmutableSortedDictionary(
                        count => RunStatusExtensions.TryParseWireName(count.Key, out var status) ? status : default,
                        count => count.Value));
            },
            cancellationToken);
    }

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.Run(
            () => Read("Unfinished tasks could not be looked for", reader => reader.FindOwed(untouchedSince, limit)).ToImmutableArray(),
            cancellationToken);

    public bool KeepsSchedules => true;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Check();
        return Task.Run(() => Read("The stages that wait could not be looked for", reader => reader.Queues.Find(query)), cancellationToken);
    }

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read("The stages that wait could not be counted", reader => reader.Queues.Count(queue)), cancellationToken);

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read("Tasks that are due could not be looked for", reader => reader.Queues.FindDue(now, limit)), cancellationToken);

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read("The holders of a limit could not be looked for", reader => reader.Queues.FindHolders(limit)), cancellationToken);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            const string What = "Records of deleted tasks could not be removed";
            lock (_writing)
            {
                Guard(What, () => WriterUnderLock().Mend(MendStep)).ForEach(ColumnsMended);
            }

            var purged = 0;
            for (var found = PurgeStep; found == PurgeStep && !cancellationToken.IsCancellationRequested;)
            {
                lock (_writing)
                {
                    (found, var removed) = Guard(What, () => WriterUnderLock().Purge(before, PurgeStep));
                    purged += removed;

                    // Where none of them went, they would be found again for ever.
                    found = removed == 0 ? 0 : found;
                }
            }

            return purged;
        },
        cancellationToken);

    public void Dispose()
    {
        lock (_writing)
        {
            _closed = true;
            _readers.Dispose();
            _writer?.Dispose();
            _writer = null;
        }
    }

    /// <summary>
    /// Records that a program wrote which knew neither the order nor the search that is asked for are brought up first, some at a time, so that commits wait
    /// only shortly.
    /// </summary>
    private void BringUpFor(TaskQuery query, string what, CancellationToken cancellationToken)
    {
        while (query is { Sort: TaskSort.Priority } or { Error: not null } && Read(what, reader => reader.HasUnsearched()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_writing)
            {
                Guard(what, () => WriterUnderLock().BringUp(PurgeStep));
            }
        }
    }

    /// <summary>The writing connection, opened where it is not.</summary>
    private SqliteWriter WriterUnderLock()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_writer is not null)
        {
            return _writer;
        }

        SqliteFile.Prepare(_path, _busyTimeout);
        var connection = SqliteConnections.Open(_path, _busyTimeout, readOnly: false);
        try
        {
            SqliteSchema.Prepare(connection, _path);
            ReportStrayKeys(connection);
            _writer = new SqliteWriter(connection, _etags);
            _opened = true;
            return _writer;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private T Guard<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            var explained = SqliteFaults.Explain(exception, _path, what);
            if (explained.Fault != StoreFault.Refused)
            {
                // After a failure of the disk, what this connection holds in memory is not to be trusted; the next use opens a new one.
                _writer?.Dispose();
                _writer = null;
            }

            throw explained;
        }
    }

    private T Read<T>(string what, Func<SqliteReader, T> action)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_opened)
        {
            lock (_writing)
            {
                Guard(what, WriterUnderLock);
            }
        }

        return _readers.Use(what, action);
    }

    private void ReportStrayKeys(SqliteConnection connection)
    {
        if (_logger.IsEnabled(LogLevel.Warning) && connection.QueryNumber(SqliteQuery.CountOfStrayKeys) is > 0 and var stray)
        {
            StrayKeys(stray, _path);
        }
    }

    private void TellDamage(string taskId, bool isShown)
    {
        if (isShown)
        {
            ColumnsDamaged(taskId);
        }
        else
        {
            RecordDamaged(taskId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} records of {Database} have keys that are no task ids; they are in no list, and cannot be used.")]
    private partial void StrayKeys(long count, string database);

    [LoggerMessage(LogLevel.Error, "The columns by which task {TaskId} is listed are not what was written; its document is shown instead.")]
    private partial void ColumnsDamaged(string taskId);

    [LoggerMessage(LogLevel.Error, "Task {TaskId} is left out of a list: neither its columns nor its document are what was written.")]
    private partial void RecordDamaged(string taskId);

    [LoggerMessage(LogLevel.Warning, "The columns by which task {TaskId} is listed were not what was written; they were made anew from its document.")]
    private partial void ColumnsMended(string taskId);
}

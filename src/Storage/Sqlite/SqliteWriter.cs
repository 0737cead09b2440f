using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite.Deltas;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using static SQLitePCL.raw;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The one connection that writes, with its prepared statements. One caller at a time. Now and then a document is written whole; in between, a delta of it is
/// written to the row of its record, which is on one page (Deltas/README.md).
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Bytes of the write-ahead log after which a commit copies it into the database, while writes come in crowds.</summary>
    private const int CrowdedLogBytes = 125 * 1024 * 1024;

    /// <summary>The same for writes that come one by one. A log that is written over is flushed sooner than one that still grows.</summary>
    private const int QuietLogBytes = 4 * 1024 * 1024;

    /// <summary>Commits of one write in a row that make a quiet time.</summary>
    private const int QuietCommits = 1_000;

    /// <summary>An estimate of the bytes of a row beside its body, its delta and the texts whose lengths differ.</summary>
    private const int FixedColumns = 190;

    /// <summary>Memory for base bodies to diff against.</summary>
    private const int MaxBaseBytes = 64 * 1024 * 1024;

    /// <summary>The columns that most commits change.</summary>
    private const string HotColumns = """
        etag = $ETag, content_hash = $ContentHash, list_hash = $ListHash, changes = $Changes, version = $Version, progress = $Progress,
        current_stage = $CurrentStage, started_at = $StartedAt, completed_at = $CompletedAt, updated_at = $UpdatedAt, workers = $Workers
        """;

    /// <summary>The columns that lists filter and sort by. All are in an index, so most commits leave them alone and touch no index at all.</summary>
    private const string FilterColumns = $"""
        status = $Status, pipeline = $Pipeline, labels = $Labels, created_at = $CreatedAt, deleted = $Deleted, owed = $Owed, {ScheduleColumns}
        """;

    /// <summary>What is looked for by the clock, and the checksum of the rows by which queues look for stages.</summary>
    private const string ScheduleColumns = "next_due = $NextDue, schedule_hash = $ScheduleHash";

    private const string FiltersAreSame = """
        status IS $Status AND pipeline IS $Pipeline AND labels IS $Labels AND created_at IS $CreatedAt AND deleted = $Deleted AND owed = $Owed
        AND next_due IS $NextDue AND schedule_hash = $ScheduleHash
        """;

    private const string IsExpected = "WHERE kind = $Kind AND key = $Key AND etag = $ExpectedETag";

    private readonly SqliteConnection _connection;
    private readonly ETagSource _etags;
    private readonly int _pageSize;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _insert;

    /// <summary>Where the filters are known to stay: the row is found by its number.</summary>
    private readonly SqliteStatement _updateDelta;
    private readonly SqliteStatement _updateDeltaAndSchedule;
    private readonly SqliteStatement _updateBody;
    private readonly SqliteStatement _updateAll;
    private readonly SqliteBodies _bodies;
    private readonly SqliteSchedules _schedules;
    private readonly SqliteStatement _delete;
    private readonly SqliteCommand _etag;
    private readonly SqliteUpkeep _upkeep;
    private readonly DeltaBases _bases = new(MaxBaseBytes);
    private readonly XxHash3 _listHash = new();
    private byte[] _padded = new byte[64 * 1024];
    private byte[] _delta = new byte[4 * 1024];
    private int _logPages;
    private int _quiet;

    public SqliteWriter(SqliteConnection connection, ETagSource etags)
    {
        _connection = connection;
        _etags = etags;
        _pageSize = (int)connection.QueryNumber("PRAGMA page_size");
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _updateDelta = new SqliteStatement(connection, $"UPDATE records SET {HotColumns} WHERE id = $Row AND etag = $ExpectedETag");
        _updateDeltaAndSchedule = new SqliteStatement(
            connection, $"UPDATE records SET {HotColumns}, {ScheduleColumns} WHERE id = $Row AND etag = $ExpectedETag");
        _updateBody = new SqliteStatement(connection, $"UPDATE records SET {HotColumns}, body = $Body {IsExpected} AND {FiltersAreSame} RETURNING id");
        _updateAll = new SqliteStatement(connection, $"UPDATE records SET {HotColumns}, {FilterColumns}, body = $Body {IsExpected} RETURNING id");
        _insert = new SqliteStatement(
            connection,
            """
            INSERT INTO records (
                kind, key, etag, content_hash, list_hash, changes, version, progress, current_stage, started_at, completed_at, updated_at, workers,
                status, pipeline, labels, created_at, deleted, owed, next_due, schedule_hash, body)
            VALUES (
                $Kind, $Key, $ETag, $ContentHash, $ListHash, $Changes, $Version, $Progress, $CurrentStage, $StartedAt, $CompletedAt, $UpdatedAt, $Workers,
                $Status, $Pipeline, $Labels, $CreatedAt, $Deleted, $Owed, $NextDue, $ScheduleHash, $Body)
            ON CONFLICT (kind, key) DO NOTHING
            RETURNING id
            """);
        _bodies = new SqliteBodies(connection);
        _schedules = new SqliteSchedules(connection);
        _delete = new SqliteStatement(connection, $"DELETE FROM records {IsExpected}");
        _etag = connection.Prepare("SELECT etag FROM records WHERE kind = $kind AND key = $key", "$kind", "$key");
        _upkeep = new SqliteUpkeep(connection, _schedules);
    }

    /// <summary>All of the writes in one transaction, which is durable when this returns; a stale one does not hold up the others.</summary>
    public WriteVerdict[] Commit(IReadOnlyList<RecordWrite> batch)
    {
        LimitLog(batch.Count);
        return InTransaction(() =>
        {
            var verdicts = new WriteVerdict[batch.Count];
            for (var i = 0; i < verdicts.Length; i++)
            {
                verdicts[i] = ApplyInTransaction(batch[i]);
            }

            return verdicts;
        });
    }

    /// <inheritdoc cref="SqliteUpkeep.MendInTransaction"/>
    public List<string> Mend(int limit) => InTransaction(() => _upkeep.MendInTransaction(limit));

    /// <inheritdoc cref="SqliteUpkeep.PurgeInTransaction"/>
    public (int Found, int Removed) Purge(DateTimeOffset before, int limit) => InTransaction(() => _upkeep.PurgeInTransaction(before, limit));

    public void Dispose()
    {
        foreach (var part in (ReadOnlySpan<IDisposable>)
            [
                _begin, _commit, _insert, _updateDelta, _updateDeltaAndSchedule, _updateBody, _updateAll, _bodies, _schedules, _delete, _etag, _upkeep,
            ])
        {
            part.Dispose();
        }

        _connection.Dispose();
    }

    private T InTransaction<T>(Func<T> action)
    {
        _begin.ExecuteWaitingForLock();
        try
        {
            var result = action();
            _commit.ExecuteWaitingForLock();
            return result;
        }
        catch
        {
            _connection.TryExecute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Sets how long the log may grow before it is copied: see the bounds above.</summary>
    private void LimitLog(int writes)
    {
        _quiet = writes > 1 ? 0 : Math.Min(_quiet + 1, QuietCommits);
        var pages = (_quiet < QuietCommits ? CrowdedLogBytes : QuietLogBytes) / _pageSize;
        if (pages != _logPages)
        {
            SqliteException.ThrowExceptionForRC(sqlite3_wal_autocheckpoint(_connection.Handle, pages), _connection.Handle);
            _logPages = pages;
        }
    }

    private WriteVerdict ApplyInTransaction(RecordWrite write)
    {
        if (write.Body is null)
        {
            return DeleteInTransaction(write);
        }

        var etag = _etags.Next();
        var known = write.ExpectedETag is null ? null : _bases.Find(write.Key, write.ExpectedETag);
        var schedule = Hash(write.Schedule, known);
        ListColumns? listed = write.Summary is { } summary ? ListColumns.Of(write.Key, summary, schedule.Value.NextDue, schedule.Hash) : null;
        var isStored = write.ExpectedETag is null
            ? TryWriteWhole(_insert, write, listed, TaskSchedule.Nothing, schedule, etag)
            : TryWriteDelta(write, known, listed, schedule, etag)
            || TryWriteWhole(_updateBody, write, listed, schedule.Value, schedule, etag)
            || TryWriteWhole(_updateAll, write, listed, known?.Schedule.Value, schedule, etag);
        return isStored ? new WriteVerdict.Stored(etag) : new WriteVerdict.Conflict(FindETag(write.Key));
    }

    /// <summary>With its checksum, which most writes share with the one before.</summary>
    private StoredSchedule Hash(TaskSchedule schedule, DeltaBase? known) => new(
        schedule,
        known is not null && SqliteSchedules.HaveSameRows(known.Schedule.Value, schedule) ? known.Schedule.Hash : ScheduleHash.Of(schedule, _listHash));

    /// <summary>Writes the body whole. False when that changed no row.</summary>
    /// <param name="statement">What writes the record.</param>
    /// <param name="write">The write.</param>
    /// <param name="listed">Its columns for lists; null for a record that is in none.</param>
    /// <param name="before">The schedule whose rows are there when the statement finds its row; null when that is not known.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="etag">The new one.</param>
    private bool TryWriteWhole(
        SqliteStatement statement, RecordWrite write, ListColumns? listed, TaskSchedule? before, StoredSchedule schedule, string etag)
    {
        var document = write.Body!;
        var layout = LayoutOf(write, listed);
        var body = Pad(document, layout.Body);
        var delta = Take(ref _delta, layout.Delta);
        delta.Clear();
        var hash = RecordChecksum.Begin(write.Key, body);
        BindHotColumns(statement, listed, etag, RecordChecksum.End(hash, delta), delta);
        BindFilterColumns(statement, listed);
        statement.Bind(SqliteValue.Kind, write.Key.Kind);
        statement.Bind(SqliteValue.Key, write.Key.Id);
        if (write.ExpectedETag is { } expected)
        {
            statement.Bind(SqliteValue.ExpectedETag, expected);
        }

        if (layout.Delta == 0)
        {
            statement.BindText(SqliteValue.Body, body);
        }
        else
        {
            statement.Bind(SqliteValue.Body, (string?)null);
        }

        if (statement.ExecuteInTransactionReturningRow() is not { } row)
        {
            return false;
        }

        if (listed is not null)
        {
            _schedules.WriteInTransaction(row, before, schedule.Value);
        }

        if (layout.Delta > 0)
        {
            _bodies.WriteInTransaction(row, body);
            _bases.Set(write.Key, new DeltaBase(row, document, write.Summary!, layout.Delta, hash) { ETag = etag, Schedule = schedule });
        }

        return true;
    }

    /// <summary>
    /// Writes the document as a delta of the body that was written whole. False when that body is not known, when the delta does not fit, when lists would find
    /// the task by something else, or when no row changed.
    /// </summary>
    private bool TryWriteDelta(RecordWrite write, DeltaBase? known, ListColumns? listed, StoredSchedule schedule, string etag)
    {
        if (known is null || !known.IsListedAs(write.Summary))
        {
            return false;
        }

        var delta = Take(ref _delta, known.DeltaSpace);
        if (!BodyDelta.TryWrite(known.Document, write.Body!, delta))
        {
            return false;
        }

        var isScheduled = schedule.Hash == known.Schedule.Hash && schedule.Value.NextDue == known.Schedule.Value.NextDue;
        var update = isScheduled ? _updateDelta : _updateDeltaAndSchedule;
        BindHotColumns(update, listed, etag, RecordChecksum.End(known.Hash, delta), delta);
        update.Bind(SqliteValue.Row, known.Row);
        update.Bind(SqliteValue.ExpectedETag, write.ExpectedETag);
        if (!isScheduled)
        {
            BindSchedule(update, listed);
        }

        if (!update.ExecuteInTransaction())
        {
            return false;
        }

        _schedules.WriteInTransaction(known.Row, known.Schedule.Value, schedule.Value);
        known.ETag = etag;
        known.Schedule = schedule;
        return true;
    }

    /// <summary>A record that is no document of a task is stored as it is.</summary>
    private RowLayout LayoutOf(RecordWrite write, ListColumns? listed) => listed is { } columns
        ? RowLayout.For(
            _pageSize,
            FixedColumns + columns.Key.Length + (columns.Pipeline?.Length ?? 0) + (columns.CurrentStage?.Length ?? 0) + columns.Labels.Length,
            write.Length)
        : new RowLayout(write.Length, 0);

    /// <summary>The JSON of a document with blanks after it, which mean nothing there.</summary>
    private ReadOnlySpan<byte> Pad(Utf8Rope document, int length)
    {
        var body = Take(ref _padded, length);
        document.CopyTo(body);
        body[document.Length..].Fill((byte)' ');
        return body;
    }

    private static Span<byte> Take(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[length + (length / 8)];
        }

        return buffer.AsSpan(0, length);
    }

    private WriteVerdict DeleteInTransaction(RecordWrite write)
    {
        if (write.ExpectedETag is not null)
        {
            _delete.Bind(SqliteValue.Kind, write.Key.Kind);
            _delete.Bind(SqliteValue.Key, write.Key.Id);
            _delete.Bind(SqliteValue.ExpectedETag, write.ExpectedETag);
            return _delete.ExecuteInTransaction() ? WriteVerdict.Deleted : new WriteVerdict.Conflict(FindETag(write.Key));
        }

        return FindETag(write.Key) is { } stored ? new WriteVerdict.Conflict(stored) : WriteVerdict.Deleted;
    }

    private string? FindETag(RecordKey key)
    {
        _etag.Parameters[0].Value = key.Kind;
        _etag.Parameters[1].Value = key.Id;
        return (string?)_etag.ExecuteScalar();
    }

    private void BindHotColumns(SqliteStatement statement, ListColumns? listed, string etag, long hash, ReadOnlySpan<byte> delta)
    {
        statement.Bind(SqliteValue.ETag, etag);
        statement.Bind(SqliteValue.ContentHash, hash);
        statement.Bind(SqliteValue.ListHash, listed?.Checksum(_listHash));
        statement.BindBytes(SqliteValue.Changes, delta);
        statement.Bind(SqliteValue.Version, listed?.Version);
        statement.Bind(SqliteValue.Progress, listed?.Progress);
        statement.Bind(SqliteValue.CurrentStage, listed?.CurrentStage);
        statement.Bind(SqliteValue.StartedAt, listed?.StartedAt);
        statement.Bind(SqliteValue.CompletedAt, listed?.CompletedAt);
        statement.Bind(SqliteValue.UpdatedAt, listed?.UpdatedAt);
        statement.Bind(SqliteValue.Workers, listed?.Workers);
    }

    private static void BindFilterColumns(SqliteStatement statement, ListColumns? listed)
    {
        statement.Bind(SqliteValue.Status, listed?.Status);
        statement.Bind(SqliteValue.Pipeline, listed?.Pipeline);
        statement.Bind(SqliteValue.Labels, listed?.Labels);
        statement.Bind(SqliteValue.CreatedAt, listed?.CreatedAt);
        statement.Bind(SqliteValue.Deleted, listed?.Deleted == true ? 1 : 0);
        statement.Bind(SqliteValue.Owed, listed?.Owed == true ? 1 : 0);
        BindSchedule(statement, listed);
    }

    private static void BindSchedule(SqliteStatement statement, ListColumns? listed)
    {
        statement.Bind(SqliteValue.NextDue, listed?.NextDue);
        statement.Bind(SqliteValue.ScheduleHash, listed?.ScheduleHash ?? 0);
    }
}

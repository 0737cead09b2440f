using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
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

    private readonly SqliteConnection _connection;
    private readonly ETagSource _etags;
    private readonly int _pageSize;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteRowStatements _rows;
    private readonly SqliteBodies _bodies;
    private readonly SqliteSchedules _schedules;
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
        _rows = new SqliteRowStatements(connection);
        _bodies = new SqliteBodies(connection);
        _schedules = new SqliteSchedules(connection);
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

    /// <inheritdoc cref="SqliteUpkeep.BringUpInTransaction"/>
    public int BringUp(int limit) => InTransaction(() => _upkeep.BringUpInTransaction(limit));

    /// <inheritdoc cref="SqliteUpkeep.PurgeInTransaction"/>
    public (int Found, int Removed) Purge(DateTimeOffset before, int limit) => InTransaction(() => _upkeep.PurgeInTransaction(before, limit));

    public void Dispose()
    {
        foreach (var part in (ReadOnlySpan<IDisposable>)[_begin, _commit, _rows, _bodies, _schedules, _upkeep])
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
        var schedule = StoredSchedule.Of(write.Schedule, known, _listHash);
        ListColumns? listed = write.Summary is { } summary ? ListColumns.Of(write.Key, summary, schedule.Value.NextDue, schedule.Hash) : null;
        var isStored = write.ExpectedETag is null
            ? TryWriteWhole(_rows.Insert, write, listed, TaskSchedule.Nothing, schedule, etag)
            : TryWriteDelta(write, known, listed, schedule, etag)
            || TryWriteWhole(_rows.UpdateBody, write, listed, schedule.Value, schedule, etag)
            || TryWriteWhole(_rows.UpdateAll, write, listed, known?.Schedule.Value, schedule, etag);
        return isStored ? new WriteVerdict.Stored(etag) : new WriteVerdict.Conflict(_rows.FindETag(write.Key));
    }

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
        SqliteRowStatements.BindHotColumns(statement, listed, listed?.Checksum(_listHash), etag, RecordChecksum.End(hash, delta), delta);
        SqliteRowStatements.BindFilterColumns(statement, listed);
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
            _bases.Set(
                write.Key, new DeltaBase(document, write.Summary!, layout.Delta, hash) { Row = row, ETag = etag, Schedule = schedule });
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

        var isScheduled = schedule.IsSame(known.Schedule);
        var update = isScheduled ? _rows.UpdateDelta : _rows.UpdateDeltaAndSchedule;
        SqliteRowStatements.BindHotColumns(update, listed, listed?.Checksum(_listHash), etag, RecordChecksum.End(known.Hash, delta), delta);
        update.Bind(SqliteValue.Row, known.Row);
        update.Bind(SqliteValue.ExpectedETag, write.ExpectedETag);
        if (!isScheduled)
        {
            SqliteRowStatements.BindSchedule(update, listed);
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
            FixedColumns + columns.Key.Length + (columns.Pipeline?.Length ?? 0) + (columns.CurrentStage?.Length ?? 0) + columns.Labels.Length
                + (columns.Errors?.Length ?? 0),
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
            return _rows.Delete(write.Key, write.ExpectedETag) ? WriteVerdict.Deleted : new WriteVerdict.Conflict(_rows.FindETag(write.Key));
        }

        return _rows.FindETag(write.Key) is { } stored ? new WriteVerdict.Conflict(stored) : WriteVerdict.Deleted;
    }
}

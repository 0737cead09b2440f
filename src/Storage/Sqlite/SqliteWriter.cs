using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using static SQLitePCL.raw;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The one connection that writes, with its prepared statements. One caller at a time. A document is written as a whole now and then; in between, the row of its
/// record is told what changed since, which is on one page.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Bytes of the write-ahead log after which a commit copies it into the database, while writes come in crowds.</summary>
    private const int CrowdedLogBytes = 125 * 1024 * 1024;

    /// <summary>The same for writes that come one by one. A log that is written over is flushed sooner than one that still grows.</summary>
    private const int QuietLogBytes = 4 * 1024 * 1024;

    /// <summary>Commits of one write in a row that make a quiet time.</summary>
    private const int QuietCommits = 1_000;

    /// <summary>Bytes of a row beside its body, its changes and the texts whose lengths differ, about.</summary>
    private const int FixedColumns = 160;

    /// <summary>Bytes of bodies that are kept to tell what changed. What was told of them takes up to as much again.</summary>
    private const int MaxKnownBytes = 64 * 1024 * 1024;

    /// <summary>The columns that most commits change, and what they are set to.</summary>
    private const string HotColumns = """
        etag = ?1, content_hash = ?2, changes = ?3, version = ?4, progress = ?5, current_stage = ?6, started_at = ?7, completed_at = ?8, updated_at = ?9, workers = ?10
        """;

    private const string Condition = "WHERE kind = ?17 AND key = ?18 AND etag = ?19";

    /// <summary>Where it is known that what lists filter and sort by stays: the row is found by its number.</summary>
    private const string KnownCondition = "WHERE id = ?11 AND etag = ?12";

    /// <summary>Most commits leave alone what lists filter and sort by: then no index is touched at all.</summary>
    private const string HotCondition = $"{Condition} AND status IS ?11 AND pipeline IS ?12 AND labels IS ?13 AND created_at IS ?14 AND deleted = ?15 AND owed = ?16";

    private readonly SqliteConnection _connection;
    private readonly ETagSource _etags;
    private readonly int _pageSize;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _change;
    private readonly SqliteStatement _updateHot;
    private readonly SqliteStatement _update;
    private readonly SqliteBodies _bodies;
    private readonly SqliteStatement _delete;
    private readonly SqliteCommand _etag;
    private readonly SqliteCommand _purge;
    private readonly WrittenBodies _written = new(MaxKnownBytes);
    private byte[] _padded = new byte[64 * 1024];
    private byte[] _changes = new byte[4 * 1024];
    private int _logPages;
    private int _quiet;

    public SqliteWriter(SqliteConnection connection, ETagSource etags)
    {
        _connection = connection;
        _etags = etags;
        _pageSize = (int)connection.QueryNumber("PRAGMA page_size");
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _change = new SqliteStatement(connection, $"UPDATE records SET {HotColumns} {KnownCondition}");
        _updateHot = new SqliteStatement(connection, $"UPDATE records SET {HotColumns}, body = ?20 {HotCondition} RETURNING id");
        _update = new SqliteStatement(
            connection,
            $"UPDATE records SET {HotColumns}, body = ?20, status = ?11, pipeline = ?12, labels = ?13, created_at = ?14, deleted = ?15, owed = ?16 {Condition} RETURNING id");
        _insert = new SqliteStatement(
            connection,
            """
            INSERT INTO records (etag, content_hash, changes, version, progress, current_stage, started_at, completed_at, updated_at, workers, status, pipeline, labels, created_at, deleted, owed, kind, key, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?20)
            ON CONFLICT (kind, key) DO NOTHING
            RETURNING id
            """);
        _bodies = new SqliteBodies(connection);
        _delete = new SqliteStatement(connection, "DELETE FROM records WHERE kind = ?1 AND key = ?2 AND etag = ?3");
        _etag = connection.Prepare("SELECT etag FROM records WHERE kind = $kind AND key = $key", "$kind", "$key");
        _purge = connection.Prepare("DELETE FROM records WHERE id IN (SELECT id FROM records WHERE deleted = 1 AND updated_at < $before LIMIT $limit)", "$before", "$limit");
    }

    /// <summary>All of the writes in one transaction, which is durable when this returns; a stale one does not hold up the others.</summary>
    public WriteVerdict[] Commit(IReadOnlyList<RecordWrite> batch)
    {
        var verdicts = new WriteVerdict[batch.Count];
        LimitLog(batch.Count);
        _begin.Run();
        try
        {
            for (var i = 0; i < verdicts.Length; i++)
            {
                verdicts[i] = Apply(batch[i]);
            }

            _commit.Run();
            return verdicts;
        }
        catch
        {
            _connection.TryExecute("ROLLBACK");
            throw;
        }
    }

    public int Purge(DateTimeOffset before, int limit)
    {
        _purge.Parameters[0].Value = SqliteTime.ToTicks(before);
        _purge.Parameters[1].Value = limit;
        return _purge.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<IDisposable>)[_begin, _commit, _insert, _change, _updateHot, _update, _bodies, _delete, _etag, _purge])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>How much of the log is kept before it is copied: see the bounds above.</summary>
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

    private WriteVerdict Apply(RecordWrite write)
    {
        if (write.Body is null)
        {
            return Delete(write);
        }

        var etag = _etags.Next();
        var isStored = write.ExpectedETag is null
            ? TryWrite(_insert, write, etag)
            : TryChange(write, etag) || TryWrite(_updateHot, write, etag) || TryWrite(_update, write, etag);
        return isStored ? new WriteVerdict.Stored(etag) : new WriteVerdict.Conflict(FindETag(write.Key));
    }

    /// <summary>Writes the body as a whole. False when that changed no row.</summary>
    private bool TryWrite(SqliteStatement statement, RecordWrite write, string etag)
    {
        var document = write.Body!;
        var room = RoomOf(write);
        var body = Pad(document, room.Body);
        var changes = Take(ref _changes, room.Changes);
        changes.Clear();
        var hash = RecordChecksum.Begin(write.Key, body);
        BindHotColumns(statement, write, etag, RecordChecksum.End(hash, changes), changes);
        BindColumns(statement, write);
        if (room.Changes == 0)
        {
            statement.BindText(20, body);
            return statement.ExecuteReturning() is not null;
        }

        statement.Bind(20, (string?)null);
        if (statement.ExecuteReturning() is not { } row)
        {
            return false;
        }

        _bodies.Write(row, body);
        _written.Set(write.Key, new WrittenBody(row, document, write.Summary!, room.Changes, hash) { ETag = etag });
        return true;
    }

    /// <summary>
    /// Writes what changed since the body was written as a whole. False when that is not known, is too much or more than the document, or changed no row.
    /// </summary>
    private bool TryChange(RecordWrite write, string etag)
    {
        if (_written.Find(write.Key, write.ExpectedETag!) is not { } written || !written.IsListedAs(write.Summary))
        {
            return false;
        }

        var changes = Take(ref _changes, written.ChangesRoom);
        if (!BodyChanges.TryWrite(written.Document, write.Body!, changes))
        {
            return false;
        }

        BindHotColumns(_change, write, etag, RecordChecksum.End(written.Hash, changes), changes);
        _change.Bind(11, written.Row);
        _change.Bind(12, write.ExpectedETag);
        if (!_change.Execute())
        {
            return false;
        }

        written.ETag = etag;
        return true;
    }

    /// <summary>The room of a document; what is none stays as it is.</summary>
    private RowRoom RoomOf(RecordWrite write) => write.Summary is { } summary
        ? RowRoom.For(_pageSize, FixedColumns + write.Key.Id.Length + (summary.Pipeline?.Length ?? 0) + (summary.CurrentStage?.Length ?? 0) + (LabelsOf(summary)?.Length ?? 0), write.Length)
        : new RowRoom(write.Length, 0);

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

    private WriteVerdict Delete(RecordWrite write)
    {
        if (write.ExpectedETag is not null)
        {
            _delete.Bind(1, write.Key.Kind);
            _delete.Bind(2, write.Key.Id);
            _delete.Bind(3, write.ExpectedETag);
            return _delete.Execute() ? WriteVerdict.Deleted : new WriteVerdict.Conflict(FindETag(write.Key));
        }

        return FindETag(write.Key) is { } stored ? new WriteVerdict.Conflict(stored) : WriteVerdict.Deleted;
    }

    private string? FindETag(RecordKey key)
    {
        _etag.Parameters[0].Value = key.Kind;
        _etag.Parameters[1].Value = key.Id;
        return (string?)_etag.ExecuteScalar();
    }

    private static void BindHotColumns(SqliteStatement statement, RecordWrite write, string etag, long hash, ReadOnlySpan<byte> changes)
    {
        var summary = write.Summary;
        statement.Bind(1, etag);
        statement.Bind(2, hash);
        statement.BindBytes(3, changes);
        statement.Bind(4, summary?.Version);
        statement.Bind(5, summary?.Progress);
        statement.Bind(6, summary?.CurrentStage);
        statement.Bind(7, SqliteTime.ToTicks(summary?.StartedAt));
        statement.Bind(8, SqliteTime.ToTicks(summary?.CompletedAt));
        statement.Bind(9, SqliteTime.ToTicks(summary?.UpdatedAt));
        statement.Bind(10, summary?.Workers);
    }

    /// <summary>Binds the other columns, but for the body, and what the record is found by.</summary>
    private static void BindColumns(SqliteStatement statement, RecordWrite write)
    {
        var summary = write.Summary;
        statement.Bind(11, summary?.Status.ToWireName());
        statement.Bind(12, summary?.Pipeline);
        statement.Bind(13, LabelsOf(summary));
        statement.Bind(14, SqliteTime.ToTicks(summary?.CreatedAt));
        statement.Bind(15, summary?.Deleted == true ? 1 : 0);
        statement.Bind(16, summary?.Owed == true ? 1 : 0);
        statement.Bind(17, write.Key.Kind);
        statement.Bind(18, write.Key.Id);
        if (write.ExpectedETag is { } expected)
        {
            statement.Bind(19, expected);
        }
    }

    private static string? LabelsOf(TaskSummary? summary) => summary switch
    {
        null => null,
        { Labels.Count: 0 } => "{}",
        _ => JsonSerializer.Serialize(summary.Labels, TaskJson.Default.ImmutableSortedDictionaryStringString),
    };
}

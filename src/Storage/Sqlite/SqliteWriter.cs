using System.Buffers;
using System.Numerics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>The one connection that writes, with its prepared statements. One caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>The columns that most commits change, and what they are set to.</summary>
    private const string HotColumns = """
        etag = ?1, checksum = ?2, body = ?3, version = ?4, progress = ?5, current_stage = ?6, started_at = ?7, completed_at = ?8, updated_at = ?9, workers = ?10
        """;

    private const string Condition = "WHERE kind = ?17 AND key = ?18 AND etag = ?19";

    private readonly SqliteConnection _connection;
    private readonly ETagSource _etags;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _updateHot;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _delete;
    private readonly SqliteCommand _etag;
    private readonly SqliteCommand _purge;
    private readonly ArrayBufferWriter<byte> _room = new(64 * 1024);

    public SqliteWriter(SqliteConnection connection, ETagSource etags)
    {
        _connection = connection;
        _etags = etags;
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");

        // Most commits leave alone what lists filter and sort by: then no index is touched at all.
        _updateHot = new SqliteStatement(
            connection,
            $"UPDATE records SET {HotColumns} {Condition} AND status IS ?11 AND pipeline IS ?12 AND labels IS ?13 AND created_at IS ?14 AND deleted = ?15 AND owed = ?16");
        _update = new SqliteStatement(
            connection,
            $"UPDATE records SET {HotColumns}, status = ?11, pipeline = ?12, labels = ?13, created_at = ?14, deleted = ?15, owed = ?16 {Condition}");
        _insert = new SqliteStatement(
            connection,
            """
            INSERT INTO records (etag, checksum, body, version, progress, current_stage, started_at, completed_at, updated_at, workers, status, pipeline, labels, created_at, deleted, owed, kind, key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            ON CONFLICT (kind, key) DO NOTHING
            """);
        _delete = new SqliteStatement(connection, "DELETE FROM records WHERE kind = ?1 AND key = ?2 AND etag = ?3");
        _etag = connection.Prepare("SELECT etag FROM records WHERE kind = $kind AND key = $key", "$kind", "$key");
        _purge = connection.Prepare("DELETE FROM records WHERE id IN (SELECT id FROM records WHERE deleted = 1 AND updated_at < $before LIMIT $limit)", "$before", "$limit");
    }

    /// <summary>All of the writes in one transaction, which is durable when this returns; a stale one does not hold up the others.</summary>
    public WriteVerdict[] Commit(IReadOnlyList<RecordWrite> batch)
    {
        var verdicts = new WriteVerdict[batch.Count];
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

    /// <summary>
    /// The bytes that a body of this length is given in its row: up to an eighth more, so that the next one mostly fits as well. A row that keeps its length is
    /// written over where it stands; one that changes it moves, and that takes nearly twice as many pages.
    /// </summary>
    public static int RoomFor(int length)
    {
        var step = Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)length) / 16);
        return (length + step - 1) / step * step;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<IDisposable>)[_begin, _commit, _insert, _updateHot, _update, _delete, _etag, _purge])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private WriteVerdict Apply(RecordWrite write)
    {
        if (write.Body is not { } body)
        {
            return Delete(write);
        }

        var etag = _etags.Next();
        var padded = write.Summary is null ? body.Span : Pad(body.Span);
        if (write.ExpectedETag is null)
        {
            Bind(_insert, write, padded, etag);
            return _insert.Execute() ? new WriteVerdict.Stored(etag) : new WriteVerdict.Conflict(FindETag(write.Key));
        }

        foreach (var update in (ReadOnlySpan<SqliteStatement>)[_updateHot, _update])
        {
            Bind(update, write, padded, etag);
            update.Bind(19, write.ExpectedETag);
            if (update.Execute())
            {
                return new WriteVerdict.Stored(etag);
            }
        }

        return new WriteVerdict.Conflict(FindETag(write.Key));
    }

    /// <summary>The JSON of a document with blanks after it, which mean nothing there.</summary>
    private ReadOnlySpan<byte> Pad(ReadOnlySpan<byte> body)
    {
        var length = RoomFor(body.Length);
        _room.ResetWrittenCount();
        var room = _room.GetSpan(length)[..length];
        body.CopyTo(room);
        room[body.Length..].Fill((byte)' ');
        return room;
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

    /// <summary>Binds the columns of a record and its key.</summary>
    private static void Bind(SqliteStatement statement, RecordWrite write, ReadOnlySpan<byte> body, string etag)
    {
        var summary = write.Summary;
        statement.Bind(1, etag);
        statement.Bind(2, RecordChecksum.Of(write.Key, body));
        statement.Bind(3, body);
        statement.Bind(4, summary?.Version);
        statement.Bind(5, summary?.Progress);
        statement.Bind(6, summary?.CurrentStage);
        statement.Bind(7, SqliteTime.ToTicks(summary?.StartedAt));
        statement.Bind(8, SqliteTime.ToTicks(summary?.CompletedAt));
        statement.Bind(9, SqliteTime.ToTicks(summary?.UpdatedAt));
        statement.Bind(10, summary?.Workers);
        statement.Bind(11, summary?.Status.ToWireName());
        statement.Bind(12, summary?.Pipeline);
        statement.Bind(13, LabelsOf(summary));
        statement.Bind(14, SqliteTime.ToTicks(summary?.CreatedAt));
        statement.Bind(15, summary?.Deleted == true ? 1 : 0);
        statement.Bind(16, summary?.Owed == true ? 1 : 0);
        statement.Bind(17, write.Key.Kind);
        statement.Bind(18, write.Key.Id);
    }

    private static string? LabelsOf(TaskSummary? summary) => summary switch
    {
        null => null,
        { Labels.Count: 0 } => "{}",
        _ => JsonSerializer.Serialize(summary.Labels, TaskJson.Default.ImmutableSortedDictionaryStringString),
    };
}

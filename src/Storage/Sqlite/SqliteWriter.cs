using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>The one connection that writes, with its prepared statements. One caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private const string Condition = "WHERE kind = $kind AND key = $key AND etag = $expected";

    private const string HotColumns = """
        etag = $etag, checksum = $checksum, body = CAST($body AS TEXT), version = $version, progress = $progress, current_stage = $current_stage,
        started_at = $started_at, completed_at = $completed_at, updated_at = $updated_at, workers = $workers
        """;

    private static readonly string[] Keys = ["$kind", "$key", "$expected"];

    private static readonly string[] Columns =
    [
        "$etag", "$checksum", "$body", "$version", "$progress", "$current_stage", "$started_at", "$completed_at", "$updated_at", "$workers",
        "$status", "$pipeline", "$labels", "$created_at", "$deleted", "$owed",
    ];

    private readonly SqliteConnection _connection;
    private readonly ETagSource _etags;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _updateHot;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _etag;
    private readonly SqliteCommand _purge;

    public SqliteWriter(SqliteConnection connection, ETagSource etags)
    {
        _connection = connection;
        _etags = etags;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");

        // Most commits leave alone what lists filter and sort by: then no index is touched at all.
        _updateHot = connection.Prepare(
            $"UPDATE records SET {HotColumns} {Condition} AND status IS $status AND owed = $owed AND deleted = $deleted AND created_at IS $created_at AND pipeline IS $pipeline AND labels IS $labels",
            [.. Columns, .. Keys]);
        _update = connection.Prepare(
            $"UPDATE records SET {HotColumns}, status = $status, pipeline = $pipeline, labels = $labels, created_at = $created_at, deleted = $deleted, owed = $owed {Condition}",
            [.. Columns, .. Keys]);
        _insert = connection.Prepare(
            """
            INSERT INTO records (kind, key, etag, checksum, body, version, progress, current_stage, started_at, completed_at, updated_at, workers, status, pipeline, labels, created_at, deleted, owed)
            VALUES ($kind, $key, $etag, $checksum, CAST($body AS TEXT), $version, $progress, $current_stage, $started_at, $completed_at, $updated_at, $workers, $status, $pipeline, $labels, $created_at, $deleted, $owed)
            ON CONFLICT (kind, key) DO NOTHING
            """,
            [.. Columns, "$kind", "$key"]);
        _delete = connection.Prepare($"DELETE FROM records {Condition}", Keys);
        _etag = connection.Prepare("SELECT etag FROM records WHERE kind = $kind AND key = $key", "$kind", "$key");
        _purge = connection.Prepare("DELETE FROM records WHERE id IN (SELECT id FROM records WHERE deleted = 1 AND updated_at < $before LIMIT $limit)", "$before", "$limit");
    }

    /// <summary>All of the writes in one transaction, which is durable when this returns; a stale one does not hold up the others.</summary>
    public WriteVerdict[] Commit(IReadOnlyList<RecordWrite> batch)
    {
        var verdicts = new WriteVerdict[batch.Count];
        _begin.ExecuteNonQuery();
        try
        {
            for (var i = 0; i < verdicts.Length; i++)
            {
                verdicts[i] = Apply(batch[i]);
            }

            _commit.ExecuteNonQuery();
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
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[_begin, _commit, _insert, _updateHot, _update, _delete, _etag, _purge])
        {
            command.Dispose();
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
        if (write.ExpectedETag is null)
        {
            BindColumns(_insert, write, body, etag);
            BindKey(_insert, Columns.Length, write.Key);
            return _insert.ExecuteNonQuery() == 1 ? new WriteVerdict.Stored(etag) : new WriteVerdict.Conflict(FindETag(write.Key));
        }

        foreach (var update in (ReadOnlySpan<SqliteCommand>)[_updateHot, _update])
        {
            BindColumns(update, write, body, etag);
            BindKey(update, Columns.Length, write.Key);
            update.Parameters[Columns.Length + 2].Value = write.ExpectedETag;
            if (update.ExecuteNonQuery() == 1)
            {
                return new WriteVerdict.Stored(etag);
            }
        }

        return new WriteVerdict.Conflict(FindETag(write.Key));
    }

    private WriteVerdict Delete(RecordWrite write)
    {
        if (write.ExpectedETag is not null)
        {
            BindKey(_delete, 0, write.Key);
            _delete.Parameters[2].Value = write.ExpectedETag;
            return _delete.ExecuteNonQuery() == 1 ? WriteVerdict.Deleted : new WriteVerdict.Conflict(FindETag(write.Key));
        }

        return FindETag(write.Key) is { } stored ? new WriteVerdict.Conflict(stored) : WriteVerdict.Deleted;
    }

    private string? FindETag(RecordKey key)
    {
        BindKey(_etag, 0, key);
        return (string?)_etag.ExecuteScalar();
    }

    private static void BindKey(SqliteCommand command, int first, RecordKey key)
    {
        command.Parameters[first].Value = key.Kind;
        command.Parameters[first + 1].Value = key.Id;
    }

    private static void BindColumns(SqliteCommand command, RecordWrite write, ReadOnlyMemory<byte> body, string etag)
    {
        var summary = write.Summary;
        ReadOnlySpan<object?> values =
        [
            etag, RecordChecksum.Of(write.Key, body.Span), ToArray(body), summary?.Version, summary?.Progress, summary?.CurrentStage,
            SqliteTime.ToTicks(summary?.StartedAt), SqliteTime.ToTicks(summary?.CompletedAt), SqliteTime.ToTicks(summary?.UpdatedAt), summary?.Workers,
            summary?.Status.ToWireName(), summary?.Pipeline, LabelsOf(summary), SqliteTime.ToTicks(summary?.CreatedAt),
            summary?.Deleted == true ? 1 : 0, summary?.Owed == true ? 1 : 0,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    private static string? LabelsOf(TaskSummary? summary) => summary switch
    {
        null => null,
        { Labels.Count: 0 } => "{}",
        _ => JsonSerializer.Serialize(summary.Labels, TaskJson.Default.ImmutableSortedDictionaryStringString),
    };

    private static byte[] ToArray(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : body.ToArray();
}

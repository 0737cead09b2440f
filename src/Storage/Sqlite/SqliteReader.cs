using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>One reading connection; it sees the last committed state and waits for no writer. One caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _read;

    public SqliteReader(SqliteConnection connection)
    {
        _connection = connection;
        _read = connection.Prepare(
            "SELECT r.etag, r.content_hash, r.changes, coalesce(r.body, b.body, ''), r.version FROM records r LEFT JOIN bodies b ON b.record = r.id WHERE r.kind = $kind AND r.key = $key",
            "$kind",
            "$key");
    }

    public StoredRecord? Read(RecordKey key)
    {
        _read.Parameters[0].Value = key.Kind;
        _read.Parameters[1].Value = key.Id;
        using var row = _read.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var (changes, body) = (row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3));
        if (RecordChecksum.Of(key, body, changes) != row.GetInt64(1))
        {
            throw Damaged(key, $"its content is not what was written under its key ({body.Length} bytes)");
        }

        // What is no document has no changes, and its blanks are its own.
        var isDocument = !row.IsDBNull(4);
        try
        {
            return new StoredRecord(row.GetString(0), isDocument ? BodyChanges.Apply(body.AsSpan().TrimEnd((byte)' '), changes) : body);
        }
        catch (FormatException exception)
        {
            throw Damaged(key, $"its changes are not those of its body ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    public List<TaskSummary> Query(SqliteQuery query)
    {
        using var command = query.ToCommand(_connection);
        using var row = command.ExecuteReader();
        var found = new List<TaskSummary>();
        while (row.Read())
        {
            found.Add(ReadSummary(row));
        }

        return found;
    }

    public List<KeyValuePair<string, long>> Count(SqliteQuery query)
    {
        using var command = query.ToCommand(_connection);
        using var row = command.ExecuteReader();
        var counts = new List<KeyValuePair<string, long>>();
        while (row.Read())
        {
            counts.Add(new KeyValuePair<string, long>(row.GetString(0), row.GetInt64(1)));
        }

        return counts;
    }

    public List<TaskId> FindOwed(DateTimeOffset untouchedSince, int limit)
    {
        using var command = _connection.Prepare("SELECT key FROM records WHERE owed = 1 AND updated_at <= $since ORDER BY updated_at, key LIMIT $limit", "$since", "$limit");
        command.Parameters[0].Value = SqliteTime.ToTicks(untouchedSince);
        command.Parameters[1].Value = limit;
        using var row = command.ExecuteReader();
        var found = new List<TaskId>();
        while (row.Read())
        {
            if (TaskId.TryParse(row.GetString(0), out var id, out _))
            {
                found.Add(id);
            }
        }

        return found;
    }

    public void Dispose()
    {
        _read.Dispose();
        _connection.Dispose();
    }

    private static StoreException Damaged(RecordKey key, string why, Exception? innerException = null) => new(
        StoreFault.DamagedRecord,
        $"The stored {key} is damaged: {why}. Restore it from a backup, or delete its row in the table 'records'; other tasks are not affected.",
        innerException);

    private static TaskSummary ReadSummary(SqliteDataReader row) => new()
    {
        TaskId = TaskId.TryParse(row.GetString(0), out var id, out _) ? id : default,
        Status = RunStatusExtensions.TryParseWireName(row.GetString(1), out var status) ? status : default,
        Pipeline = row.IsDBNull(2) ? null : row.GetString(2),
        Labels = row.IsDBNull(3) || row.GetString(3) is "{}"
            ? StageState.EmptyArtifacts
            : JsonSerializer.Deserialize(row.GetString(3), TaskJson.Default.ImmutableSortedDictionaryStringString)!.WithComparers(StringComparer.Ordinal),
        CreatedAt = SqliteTime.FromTicks(row.GetInt64(4)),
        Version = row.GetInt64(5),
        Progress = row.GetDouble(6),
        CurrentStage = row.IsDBNull(7) ? null : row.GetString(7),
        StartedAt = row.IsDBNull(8) ? null : SqliteTime.FromTicks(row.GetInt64(8)),
        CompletedAt = row.IsDBNull(9) ? null : SqliteTime.FromTicks(row.GetInt64(9)),
        UpdatedAt = SqliteTime.FromTicks(row.GetInt64(10)),
        Workers = row.GetInt32(11),
        Owed = row.GetInt64(12) != 0,
    };
}

using Microsoft.Data.Sqlite;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Sqlite;

/// <summary>Reads records on one connection, whether that writes or only reads. One caller at a time.</summary>
internal sealed class SqliteRecordQuery(SqliteConnection connection) : IDisposable
{
    /// <summary>Of a table called <c>r</c>, for <see cref="ReadListColumns"/>.</summary>
    public const string ListColumns = """
        r.key, r.status, r.pipeline, r.labels, r.created_at, r.version, r.progress, r.current_stage, r.started_at, r.completed_at, r.updated_at, r.workers,
        r.owed, r.deleted, r.list_hash, r.next_due, r.schedule_hash, CASE WHEN r.searched = r.content_hash THEN r.priority END
        """;

    public const int ListColumnCount = 18;

    private readonly SqliteCommand _read = connection.Prepare(
        """
        SELECT r.etag, r.content_hash, r.changes, coalesce(r.body, b.body, ''), r.version
        FROM records r LEFT JOIN bodies b ON b.record = r.id
        WHERE r.kind = $kind AND r.key = $key
        """,
        "$kind",
        "$key");

    /// <exception cref="StoreException">The record is damaged.</exception>
    public StoredRecord? Read(RecordKey key)
    {
        _read.Parameters[0].Value = key.Kind;
        _read.Parameters[1].Value = key.Id;
        using var row = _read.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var (delta, body) = (row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3));
        if (RecordChecksum.Of(key, body, delta) != row.GetInt64(1))
        {
            throw Damaged(key, $"its content is not what was written under its key ({body.Length} bytes)");
        }

        // A record that is no document has no delta, and its blanks are its own.
        var isDocument = !row.IsDBNull(4);
        try
        {
            return new StoredRecord(row.GetString(0), isDocument ? BodyDelta.Apply(body.AsSpan().TrimEnd((byte)' '), delta) : body);
        }
        catch (FormatException exception)
        {
            throw Damaged(key, $"its changes are not those of its body ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    /// <summary>The summary of a task, made anew from its document; null when there is none that can be read.</summary>
    public TaskSummary? TrySummarize(string taskId) => TryRead(taskId) is { } document ? document.GetSummary(document.Commit.WrittenAt) : null;

    /// <summary>The document of a task; null when there is none that can be read.</summary>
    public TaskDocument? TryRead(string taskId)
    {
        try
        {
            if (!TaskId.TryParse(taskId, out var task, out _) || Read(RecordKey.Of(task)) is not { } record)
            {
                return null;
            }

            var document = new TaskDocument();
            document.Load(record.Body);
            return document.GetSummary(document.Commit.WrittenAt).TaskId == task ? document : null;
        }
#pragma warning disable CA1031 // Whatever a damaged document makes of its reader, this one task has none, and the others have theirs.
        catch (Exception exception) when (exception is not SqliteException)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <param name="row">Begins with <see cref="ListColumns"/>.</param>
    /// <param name="checksum">Null in rows that an earlier program wrote.</param>
    public static ListColumns ReadListColumns(SqliteDataReader row, out long? checksum)
    {
        checksum = NumberOf(14);
        return new ListColumns(
            row.GetString(0),
            TextOf(1) ?? "",
            TextOf(2),
            TextOf(3) ?? "",
            NumberOf(4) ?? 0,
            Deleted: NumberOf(13) is not 0,
            Owed: NumberOf(12) is not 0,
            Version: NumberOf(5) ?? 0,
            Progress: row.IsDBNull(6) ? 0 : row.GetDouble(6),
            CurrentStage: TextOf(7),
            StartedAt: NumberOf(8),
            CompletedAt: NumberOf(9),
            UpdatedAt: NumberOf(10) ?? 0,
            Workers: (int)(NumberOf(11) ?? 0),
            NextDue: NumberOf(15),
            ScheduleHash: NumberOf(16) ?? 0,
            Priority: NumberOf(17));

        string? TextOf(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        long? NumberOf(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }

    public void Dispose() => _read.Dispose();

    private static StoreException Damaged(RecordKey key, string why, Exception? innerException = null) => new(
        StoreFault.DamagedRecord,
        $"The stored {key} is damaged: {why}. Restore it from a backup, or delete its row in the table 'records'; other tasks are not affected.",
        innerException);
}

using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What is done now and then on the writing connection: columns of lists that are not what was written are made anew from the body of their record, and records
/// of tasks that were deleted long ago are removed. One caller at a time.
/// </summary>
internal sealed class SqliteUpkeep : IDisposable
{
    private readonly SqliteRecordQuery _records;
    private readonly SqliteCommand _slice;
    private readonly SqliteCommand _deleted;
    private readonly SqliteCommand _remove;
    private readonly SqliteStatement _mend;
    private readonly XxHash3 _hash = new();

    /// <summary>The last row that was looked at.</summary>
    private long _checked;

    public SqliteUpkeep(SqliteConnection connection)
    {
        _records = new SqliteRecordQuery(connection);
        _slice = connection.Prepare(
            $"SELECT {SqliteRecordQuery.ListColumns}, r.id FROM records r WHERE r.list_hash IS NOT NULL AND r.id > $after ORDER BY r.id LIMIT $limit",
            "$after",
            "$limit");
        _deleted = connection.Prepare(
            $"SELECT {SqliteRecordQuery.ListColumns}, r.id FROM records r WHERE r.deleted = 1 AND r.updated_at < $before LIMIT $limit",
            "$before",
            "$limit");
        _remove = connection.Prepare("DELETE FROM records WHERE id = $id", "$id");
        _mend = new SqliteStatement(
            connection,
            """
            UPDATE records SET
                list_hash = $ListHash, version = $Version, progress = $Progress, current_stage = $CurrentStage, started_at = $StartedAt,
                completed_at = $CompletedAt, updated_at = $UpdatedAt, workers = $Workers, status = $Status, pipeline = $Pipeline, labels = $Labels,
                created_at = $CreatedAt, deleted = $Deleted, owed = $Owed
            WHERE id = $Row
            """);
    }

    /// <summary>Looks at the next rows, and begins anew past the last one. Returns the keys of those that it made anew.</summary>
    public List<string> MendInTransaction(int limit)
    {
        var rows = ReadRows(_slice, _checked, limit);
        _checked = rows.Count < limit ? 0 : rows[^1].Row;
        return [.. rows.Where(row => !row.IsIntact && TryMend(row)).Select(row => row.Columns.Key)];
    }

    /// <summary>Removes records of tasks that were deleted before then. What only says so, because its columns were changed, stays.</summary>
    /// <returns>How many rows there were, and how many of them it removed.</returns>
    public (int Found, int Removed) PurgeInTransaction(DateTimeOffset before, int limit)
    {
        var rows = ReadRows(_deleted, SqliteTime.ToTicks(before), limit);
        var removed = 0;
        foreach (var row in rows)
        {
            if (row.IsIntact)
            {
                _remove.Parameters[0].Value = row.Row;
                removed += _remove.ExecuteNonQuery();
            }
            else
            {
                TryMend(row);
            }
        }

        return (rows.Count, removed);
    }

    public void Dispose()
    {
        foreach (var part in (ReadOnlySpan<IDisposable>)[_records, _slice, _deleted, _remove, _mend])
        {
            part.Dispose();
        }
    }

    private List<(ListColumns Columns, bool IsIntact, long Row)> ReadRows(SqliteCommand command, long from, int limit)
    {
        command.Parameters[0].Value = from;
        command.Parameters[1].Value = limit;
        using var reader = command.ExecuteReader();
        var rows = new List<(ListColumns, bool, long)>();
        while (reader.Read())
        {
            var columns = SqliteRecordQuery.ReadListColumns(reader, out var checksum);
            rows.Add((columns, checksum is null || checksum == columns.Checksum(_hash), reader.GetInt64(SqliteRecordQuery.ListColumnCount)));
        }

        return rows;
    }

    /// <summary>False when the body is damaged too; that is told to the caller who asks for the task.</summary>
    private bool TryMend((ListColumns Columns, bool IsIntact, long Row) row)
    {
        if (_records.TrySummarize(row.Columns.Key) is not { } summary)
        {
            return false;
        }

        var columns = ListColumns.Of(RecordKey.Of(summary.TaskId), summary);
        _mend.Bind(SqliteValue.Row, row.Row);
        _mend.Bind(SqliteValue.ListHash, columns.Checksum(_hash));
        _mend.Bind(SqliteValue.Version, columns.Version);
        _mend.Bind(SqliteValue.Progress, columns.Progress);
        _mend.Bind(SqliteValue.CurrentStage, columns.CurrentStage);
        _mend.Bind(SqliteValue.StartedAt, columns.StartedAt);
        _mend.Bind(SqliteValue.CompletedAt, columns.CompletedAt);
        _mend.Bind(SqliteValue.UpdatedAt, columns.UpdatedAt);
        _mend.Bind(SqliteValue.Workers, columns.Workers);
        _mend.Bind(SqliteValue.Status, columns.Status);
        _mend.Bind(SqliteValue.Pipeline, columns.Pipeline);
        _mend.Bind(SqliteValue.Labels, columns.Labels);
        _mend.Bind(SqliteValue.CreatedAt, columns.CreatedAt);
        _mend.Bind(SqliteValue.Deleted, columns.Deleted ? 1 : 0);
        _mend.Bind(SqliteValue.Owed, columns.Owed ? 1 : 0);
        return _mend.ExecuteInTransaction();
    }
}

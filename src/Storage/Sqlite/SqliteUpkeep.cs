using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What is done now and then on the writing connection: columns of lists and rows of schedules that are not what was written are made anew from the body of
/// their record, and records of tasks that were deleted long ago are removed. One caller at a time.
/// </summary>
internal sealed class SqliteUpkeep : IDisposable
{
    private readonly SqliteRecordQuery _records;
    private readonly SqliteSchedules _schedules;
    private readonly SqliteCommand _slice;
    private readonly SqliteCommand _deleted;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _ready;
    private readonly SqliteCommand _held;
    private readonly SqliteCommand _removeStrays;
    private readonly SqliteCommand _unsearched;
    private readonly SqliteCommand _giveUp;
    private readonly SqliteStatement _mend;
    private readonly XxHash3 _hash = new();

    /// <summary>The last row that was looked at.</summary>
    private long _checked;

    public SqliteUpkeep(SqliteConnection connection, SqliteSchedules schedules)
    {
        _records = new SqliteRecordQuery(connection);
        _schedules = schedules;
        _slice = connection.Prepare(
            $"SELECT {SqliteRecordQuery.ListColumns}, r.id FROM records r "
            + "WHERE (r.list_hash IS NOT NULL OR r.status IS NOT NULL) AND r.id > $after ORDER BY r.id LIMIT $limit",
            "$after",
            "$limit");
        _deleted = connection.Prepare(
            $"SELECT {SqliteRecordQuery.ListColumns}, r.id FROM records r WHERE r.deleted = 1 AND r.updated_at < $before LIMIT $limit",
            "$before",
            "$limit");
        _remove = connection.Prepare("DELETE FROM records WHERE id = $id", "$id");
        _ready = connection.Prepare(
            $"SELECT {SqliteSchedules.ReadyColumns}, record FROM ready WHERE record > $after AND record <= $last", "$after", "$last");
        _held = connection.Prepare(
            $"SELECT {SqliteSchedules.HeldColumns}, record FROM held WHERE record > $after AND record <= $last", "$after", "$last");
        _removeStrays = connection.Prepare(
            """
            DELETE FROM ready WHERE record > $after AND record <= $last AND record NOT IN (SELECT id FROM records);
            DELETE FROM held WHERE record > $after AND record <= $last AND record NOT IN (SELECT id FROM records);
            """,
            "$after",
            "$last");
        _unsearched = connection.Prepare($"SELECT r.id, r.key {SqliteQuery.Unsearched} LIMIT $limit", "$limit");
        _giveUp = connection.Prepare("UPDATE records SET priority = 0, errors = NULL, searched = content_hash WHERE id = $id", "$id");
        _mend = new SqliteStatement(
            connection,
            """
            UPDATE records SET
                list_hash = $ListHash, version = $Version, progress = $Progress, current_stage = $CurrentStage, started_at = $StartedAt,
                completed_at = $CompletedAt, updated_at = $UpdatedAt, workers = $Workers, status = $Status, pipeline = $Pipeline, labels = $Labels,
                created_at = $CreatedAt, deleted = $Deleted, owed = $Owed, priority = $Priority, errors = $Errors, searched = content_hash,
                next_due = $NextDue, schedule_hash = $ScheduleHash
            WHERE id = $Row
            """);
    }

    /// <summary>
    /// The schedules of all tasks that are not finished, for a database that had none. What lists show of them stays as it is, and is made anew in its turn.
    /// </summary>
    public static void MakeSchedulesInTransaction(SqliteConnection connection)
    {
        using var records = new SqliteRecordQuery(connection);
        using var schedules = new SqliteSchedules(connection);
        using var unfinished = connection.Prepare(
            $"SELECT id, key FROM records WHERE kind = '{RecordKey.TaskKind}' AND deleted = 0 AND status IN ('pending', 'running', 'paused')");
        using var update = connection.Prepare("UPDATE records SET next_due = $due, schedule_hash = $hash WHERE id = $id", "$due", "$hash", "$id");
        var found = new List<(long Row, string Key)>();
        using (var row = unfinished.ExecuteReader())
        {
            while (row.Read())
            {
                found.Add((row.GetInt64(0), row.GetString(1)));
            }
        }

        var hash = new XxHash3();
        foreach (var (row, key) in found)
        {
            if (records.TryRead(key)?.GetSchedule() is { } schedule)
            {
                schedules.WriteInTransaction(row, null, schedule);
                update.Parameters[0].Value = (object?)StoredTime.ToTicks(schedule.NextDue) ?? DBNull.Value;
                update.Parameters[1].Value = ScheduleHash.Of(schedule, hash);
                update.Parameters[2].Value = row;
                update.ExecuteNonQuery();
            }
        }
    }

    /// <summary>Looks at the next rows, and begins anew past the last one. Returns the keys of those that were not what was written.</summary>
    public List<string> MendInTransaction(int limit)
    {
        var rows = ReadRows(_slice, _checked, limit);
        var last = rows.Count < limit ? long.MaxValue : rows[^1].Row;
        var hashes = HashRows(_checked, last);
        var mended = new List<string>();
        foreach (var row in rows)
        {
            if (row.IsIntact && !row.IsOfFormerProgram && hashes.GetValueOrDefault(row.Row) == row.Columns.ScheduleHash)
            {
                continue;
            }

            var isDrift = !row.IsOfFormerProgram;
            if (TryMend(row.Columns.Key, row.Row) && isDrift)
            {
                mended.Add(row.Columns.Key);
            }
        }

        _removeStrays.Parameters[0].Value = _checked;
        _removeStrays.Parameters[1].Value = last;
        _removeStrays.ExecuteNonQuery();
        _checked = last == long.MaxValue ? 0 : last;
        return mended;
    }

    /// <summary>
    /// Makes what tasks are ordered and searched by anew where a program wrote the record that does not know of it. Of a record that cannot be read there is
    /// nothing to make it of. Returns how many there were.
    /// </summary>
    public int BringUpInTransaction(int limit)
    {
        var rows = new List<(long Row, string Key)>();
        _unsearched.Parameters[0].Value = limit;
        using (var reader = _unsearched.ExecuteReader())
        {
            while (reader.Read())
            {
                rows.Add((reader.GetInt64(0), reader.GetString(1)));
            }
        }

        foreach (var (row, key) in rows)
        {
            if (!TryMend(key, row))
            {
                _giveUp.Parameters[0].Value = row;
                _giveUp.ExecuteNonQuery();
            }
        }

        return rows.Count;
    }

    /// <summary>Removes records of tasks that were deleted before then. What only says so, because its columns were changed, stays.</summary>
    /// <returns>How many rows there were, and how many of them it removed.</returns>
    public (int Found, int Removed) PurgeInTransaction(DateTimeOffset before, int limit)
    {
        var rows = ReadRows(_deleted, StoredTime.ToTicks(before), limit);
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
                TryMend(row.Columns.Key, row.Row);
            }
        }

        return (rows.Count, removed);
    }

    public void Dispose()
    {
        foreach (var part in (ReadOnlySpan<IDisposable>)[_records, _slice, _deleted, _remove, _ready, _held, _removeStrays, _unsearched, _giveUp, _mend])
        {
            part.Dispose();
        }
    }

    /// <summary>The checksum of the schedule of each record, as its rows are.</summary>
    private Dictionary<long, long> HashRows(long after, long last)
    {
        var hashes = new Dictionary<long, long>();
        Add(_ready, row => SqliteSchedules.ReadReady(row).Hash(_hash));
        Add(_held, row => SqliteSchedules.ReadHeld(row).Hash(_hash));
        return hashes;

        void Add(SqliteCommand command, Func<SqliteDataReader, long> hash)
        {
            command.Parameters[0].Value = after;
            command.Parameters[1].Value = last;
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                CollectionsMarshal.GetValueRefOrAddDefault(hashes, row.GetInt64(row.FieldCount - 1), out _) += hash(row);
            }
        }
    }

    private List<(ListColumns Columns, bool IsIntact, bool IsOfFormerProgram, long Row)> ReadRows(SqliteCommand command, long from, int limit)
    {
        command.Parameters[0].Value = from;
        command.Parameters[1].Value = limit;
        using var reader = command.ExecuteReader();
        var rows = new List<(ListColumns, bool, bool, long)>();
        while (reader.Read())
        {
            var columns = SqliteRecordQuery.ReadListColumns(reader, out var checksum);
            var isFormer = columns.IsOfFormerProgram(checksum, _hash);
            rows.Add((columns, isFormer || checksum == columns.Checksum(_hash), isFormer, reader.GetInt64(SqliteRecordQuery.ListColumnCount)));
        }

        return rows;
    }

    /// <summary>False when the body is damaged too; that is told to the caller who asks for the task.</summary>
    private bool TryMend(string key, long row)
    {
        if (_records.TryRead(key) is not { } document)
        {
            return false;
        }

        var schedule = document.GetSchedule();
        _schedules.WriteInTransaction(row, null, schedule);
        var summary = document.GetSummary(document.Commit.WrittenAt);
        var columns = ListColumns.Of(RecordKey.Of(summary.TaskId), summary, schedule.NextDue, ScheduleHash.Of(schedule, _hash));
        _mend.Bind(SqliteValue.Row, row);
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
        _mend.Bind(SqliteValue.Priority, columns.Priority);
        _mend.Bind(SqliteValue.Errors, columns.Errors);
        _mend.Bind(SqliteValue.NextDue, columns.NextDue);
        _mend.Bind(SqliteValue.ScheduleHash, columns.ScheduleHash);
        return _mend.ExecuteInTransaction();
    }
}

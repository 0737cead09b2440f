using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>The statements that write the row of a record, each under the ETag that it is expected to have, and what binds its columns to them.</summary>
internal sealed class SqliteRowStatements : IDisposable
{
    /// <summary>The columns that most commits change.</summary>
    private const string HotColumns = """
        etag = $ETag, content_hash = $ContentHash, searched = $ContentHash, list_hash = $ListHash, changes = $Changes, version = $Version,
        progress = $Progress, current_stage = $CurrentStage, started_at = $StartedAt, completed_at = $CompletedAt, updated_at = $UpdatedAt, workers = $Workers
        """;

    /// <summary>The columns that lists filter and sort by. All are in an index, so most commits leave them alone and touch no index at all.</summary>
    private const string FilterColumns = $"""
        status = $Status, pipeline = $Pipeline, labels = $Labels, created_at = $CreatedAt, deleted = $Deleted, owed = $Owed,
        priority = $Priority, errors = $Errors, {ScheduleColumns}
        """;

    /// <summary>What is looked for by the clock, and the checksum of the rows by which queues look for stages.</summary>
    private const string ScheduleColumns = "next_due = $NextDue, schedule_hash = $ScheduleHash";

    private const string FiltersAreSame = """
        status IS $Status AND pipeline IS $Pipeline AND labels IS $Labels AND created_at IS $CreatedAt AND deleted = $Deleted AND owed = $Owed
        AND priority IS $Priority AND errors IS $Errors AND next_due IS $NextDue AND schedule_hash = $ScheduleHash
        """;

    private const string IsExpected = "WHERE kind = $Kind AND key = $Key AND etag = $ExpectedETag";

    private readonly SqliteStatement _delete;
    private readonly SqliteCommand _etag;

    public SqliteRowStatements(SqliteConnection connection)
    {
        UpdateDelta = new SqliteStatement(connection, $"UPDATE records SET {HotColumns} WHERE id = $Row AND etag = $ExpectedETag");
        UpdateDeltaAndSchedule = new SqliteStatement(
            connection, $"UPDATE records SET {HotColumns}, {ScheduleColumns} WHERE id = $Row AND etag = $ExpectedETag");
        UpdateBody = new SqliteStatement(connection, $"UPDATE records SET {HotColumns}, body = $Body {IsExpected} AND {FiltersAreSame} RETURNING id");
        UpdateAll = new SqliteStatement(connection, $"UPDATE records SET {HotColumns}, {FilterColumns}, body = $Body {IsExpected} RETURNING id");
        Insert = new SqliteStatement(
            connection,
            """
            INSERT INTO records (
                kind, key, etag, content_hash, list_hash, changes, version, progress, current_stage, started_at, completed_at, updated_at, workers,
                status, pipeline, labels, created_at, deleted, owed, priority, errors, searched, next_due, schedule_hash, body)
            VALUES (
                $Kind, $Key, $ETag, $ContentHash, $ListHash, $Changes, $Version, $Progress, $CurrentStage, $StartedAt, $CompletedAt, $UpdatedAt, $Workers,
                $Status, $Pipeline, $Labels, $CreatedAt, $Deleted, $Owed, $Priority, $Errors, $ContentHash, $NextDue, $ScheduleHash,
                $Body)
            ON CONFLICT (kind, key) DO NOTHING
            RETURNING id
            """);
        _delete = new SqliteStatement(connection, $"DELETE FROM records {IsExpected}");
        _etag = connection.Prepare("SELECT etag FROM records WHERE kind = $kind AND key = $key", "$kind", "$key");
    }

    public SqliteStatement Insert { get; }

    /// <summary>Where the filters are known to stay: the row is found by its number.</summary>
    public SqliteStatement UpdateDelta { get; }

    /// <summary>The same where the schedule changes.</summary>
    public SqliteStatement UpdateDeltaAndSchedule { get; }

    /// <summary>Finds its row only where the filters are the same.</summary>
    public SqliteStatement UpdateBody { get; }

    public SqliteStatement UpdateAll { get; }

    public static void BindHotColumns(
        SqliteStatement statement, ListColumns? listed, long? listHash, string etag, long hash, ReadOnlySpan<byte> delta)
    {
        statement.Bind(SqliteValue.ETag, etag);
        statement.Bind(SqliteValue.ContentHash, hash);
        statement.Bind(SqliteValue.ListHash, listHash);
        statement.BindBytes(SqliteValue.Changes, delta);
        statement.Bind(SqliteValue.Version, listed?.Version);
        statement.Bind(SqliteValue.Progress, listed?.Progress);
        statement.Bind(SqliteValue.CurrentStage, listed?.CurrentStage);
        statement.Bind(SqliteValue.StartedAt, listed?.StartedAt);
        statement.Bind(SqliteValue.CompletedAt, listed?.CompletedAt);
        statement.Bind(SqliteValue.UpdatedAt, listed?.UpdatedAt);
        statement.Bind(SqliteValue.Workers, listed?.Workers);
    }

    public static void BindFilterColumns(SqliteStatement statement, ListColumns? listed)
    {
        statement.Bind(SqliteValue.Status, listed?.Status);
        statement.Bind(SqliteValue.Pipeline, listed?.Pipeline);
        statement.Bind(SqliteValue.Labels, listed?.Labels);
        statement.Bind(SqliteValue.CreatedAt, listed?.CreatedAt);
        statement.Bind(SqliteValue.Deleted, listed?.Deleted == true ? 1 : 0);
        statement.Bind(SqliteValue.Owed, listed?.Owed == true ? 1 : 0);
        statement.Bind(SqliteValue.Priority, listed?.Priority);
        statement.Bind(SqliteValue.Errors, listed?.Errors);
        BindSchedule(statement, listed);
    }

    public static void BindSchedule(SqliteStatement statement, ListColumns? listed)
    {
        statement.Bind(SqliteValue.NextDue, listed?.NextDue);
        statement.Bind(SqliteValue.ScheduleHash, listed?.ScheduleHash ?? 0);
    }

    /// <summary>False when there is no such row, or one with another ETag.</summary>
    public bool Delete(RecordKey key, string expectedETag)
    {
        _delete.Bind(SqliteValue.Kind, key.Kind);
        _delete.Bind(SqliteValue.Key, key.Id);
        _delete.Bind(SqliteValue.ExpectedETag, expectedETag);
        return _delete.ExecuteInTransaction();
    }

    /// <summary>Of the row as it is now; null when there is none.</summary>
    public string? FindETag(RecordKey key)
    {
        _etag.Parameters[0].Value = key.Kind;
        _etag.Parameters[1].Value = key.Id;
        return (string?)_etag.ExecuteScalar();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<IDisposable>)[Insert, UpdateDelta, UpdateDeltaAndSchedule, UpdateBody, UpdateAll, _delete, _etag])
        {
            statement.Dispose();
        }
    }
}

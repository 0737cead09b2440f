using System.Collections.Immutable;
using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Sqlite;

/// <summary>Writes the schedules of tasks: a row for each stage that waits, and one for each limit that a stage at work counts against.</summary>
internal sealed class SqliteSchedules(SqliteConnection connection) : IDisposable
{
    /// <summary>Of the table <c>ready</c>, for <see cref="ReadReady"/>.</summary>
    public const string ReadyColumns = "stage, queue, rank, needs, fair, created_at, key, attempt, not_before, more";

    /// <summary>Of the table <c>held</c>, for <see cref="ReadHeld"/>.</summary>
    public const string HeldColumns = "stage, name, key, worker, weight, expires";

    private readonly SqliteStatement _addReady = new(
        connection,
        """
        REPLACE INTO ready (record, stage, queue, rank, kind, needs, fair, created_at, key, attempt, not_before, more)
        VALUES ($Row, $Stage, $Queue, $Rank, $StageKind, $Needs, $Fair, $CreatedAt, $Key, $Attempt, $NotBefore, $More)
        """);

    private readonly SqliteStatement _removeReady = new(connection, "DELETE FROM ready WHERE record = $Row AND stage = $Stage");
    private readonly SqliteStatement _clearReady = new(connection, "DELETE FROM ready WHERE record = $Row");

    private readonly SqliteStatement _addHeld = new(
        connection,
        "REPLACE INTO held (record, stage, name, key, worker, weight, expires) VALUES ($Row, $Stage, $Limit, $Key, $Worker, $Weight, $Expires)");

    private readonly SqliteStatement _clearHeld = new(connection, "DELETE FROM held WHERE record = $Row");

    /// <param name="record">The number of the record's row.</param>
    /// <param name="before">What its rows are; null when that is not known.</param>
    /// <param name="after">What they are to be.</param>
    public void WriteInTransaction(long record, TaskSchedule? before, TaskSchedule after)
    {
        if (before is null)
        {
            Clear(_clearReady, record);
        }

        WriteReady(record, before?.Ready ?? [], after.Ready);
        if (before is null || !before.Held.AsSpan().SequenceEqual(after.Held.AsSpan()))
        {
            WriteHeld(record, before is { Held.IsEmpty: true }, after.Held);
        }
    }

    /// <param name="row">Begins with <see cref="ReadyColumns"/>.</param>
    public static ReadyRow ReadReady(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3),
        row.GetString(4),
        row.GetInt64(5),
        row.GetString(6),
        row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetInt64(8),
        row.IsDBNull(9) ? null : row.GetString(9));

    /// <param name="row">Begins with <see cref="HeldColumns"/>.</param>
    public static HeldRow ReadHeld(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5));

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[_addReady, _removeReady, _clearReady, _addHeld, _clearHeld])
        {
            statement.Dispose();
        }
    }

    private void WriteReady(long record, ImmutableArray<ReadyStage> before, ImmutableArray<ReadyStage> after)
    {
        if (before == after)
        {
            return;
        }

        var former = before.ToDictionary(ready => ready.Offer.Stage);
        foreach (var ready in after)
        {
            if (!former.Remove(ready.Offer.Stage, out var known) || known != ready)
            {
                Add(record, ReadyRow.Of(ready));
            }
        }

        foreach (var stage in former.Keys)
        {
            _removeReady.Bind(SqliteValue.Row, record);
            _removeReady.Bind(SqliteValue.Stage, stage.Value);
            _removeReady.ExecuteInTransaction();
        }
    }

    private void WriteHeld(long record, bool isEmpty, ImmutableArray<LimitHolder> after)
    {
        if (!isEmpty)
        {
            Clear(_clearHeld, record);
        }

        foreach (var held in after.Select(HeldRow.Of))
        {
            _addHeld.Bind(SqliteValue.Row, record);
            _addHeld.Bind(SqliteValue.Stage, held.Stage);
            _addHeld.Bind(SqliteValue.Limit, held.Limit);
            _addHeld.Bind(SqliteValue.Key, held.Key);
            _addHeld.Bind(SqliteValue.Worker, held.Worker);
            _addHeld.Bind(SqliteValue.Weight, held.Weight);
            _addHeld.Bind(SqliteValue.Expires, held.Expires);
            _addHeld.ExecuteInTransaction();
        }
    }

    private void Add(long record, ReadyRow row)
    {
        _addReady.Bind(SqliteValue.Row, record);
        _addReady.Bind(SqliteValue.Stage, row.Stage);
        _addReady.Bind(SqliteValue.Queue, row.Queue);
        _addReady.Bind(SqliteValue.Rank, row.Rank);
        _addReady.Bind(SqliteValue.StageKind, row.Kind);
        _addReady.Bind(SqliteValue.Needs, row.Needs);
        _addReady.Bind(SqliteValue.Fair, row.Fair);
        _addReady.Bind(SqliteValue.CreatedAt, row.CreatedAt);
        _addReady.Bind(SqliteValue.Key, row.Key);
        _addReady.Bind(SqliteValue.Attempt, row.Attempt);
        _addReady.Bind(SqliteValue.NotBefore, row.NotBefore);
        _addReady.Bind(SqliteValue.More, row.More);
        _addReady.ExecuteInTransaction();
    }

    private static void Clear(SqliteStatement statement, long record)
    {
        statement.Bind(SqliteValue.Row, record);
        statement.ExecuteInTransaction();
    }
}

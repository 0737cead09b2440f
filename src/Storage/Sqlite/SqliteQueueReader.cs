using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Sqlite;

/// <summary>Reads schedules on a reading connection. One caller at a time.</summary>
/// <remarks>
/// A queue is not sorted: the index leads from one group of rows, which are of the same priority, kind, needs and share, to the next, and the rows of a group
/// stand in their order. So a page costs a search for each group and what it shows, however long the queue is.
/// </remarks>
internal sealed class SqliteQueueReader(SqliteConnection connection)
{
    private const string NextGroup = """
        SELECT rank, kind, needs, fair FROM ready INDEXED BY ready_in_order
        WHERE queue = $queue AND (rank, kind, needs, fair) > ($rank, $kind, $needs, $fair) ORDER BY rank, kind, needs, fair LIMIT 1
        """;

    private const string NextKind = """
        SELECT rank, kind, needs, fair FROM ready INDEXED BY ready_in_order
        WHERE queue = $queue AND (rank, kind) > ($rank, $kind) ORDER BY rank, kind, needs, fair LIMIT 1
        """;

    /// <summary>What the group says of its rows is not read again with each.</summary>
    private const string RowsOfGroup = """
        SELECT stage, created_at, key, attempt, not_before, more FROM ready INDEXED BY ready_in_order
        WHERE queue = $queue AND rank = $rank AND kind = $kind AND needs = $needs AND fair = $fair AND (not_before IS NULL OR not_before <= $now)
        ORDER BY created_at, key, stage LIMIT $limit
        """;

    public ReadyPage Find(ReadyQuery query)
    {
        using var nextGroup = connection.Prepare(NextGroup, "$queue", "$rank", "$kind", "$needs", "$fair");
        using var nextKind = connection.Prepare(NextKind, "$queue", "$rank", "$kind");
        using var rows = connection.Prepare(RowsOfGroup, "$queue", "$rank", "$kind", "$needs", "$fair", "$now", "$limit");
        rows.Parameters[5].Value = StoredTime.ToTicks(query.Now);
        rows.Parameters[6].Value = query.PerKey + 1;
        var groups = new List<List<ReadyStage>>();
        var (found, isComplete, isWanted) = (0, true, true);
        var group = new Group(long.MinValue, "", "", "");
        long worst = long.MinValue;
        while (Next(isWanted ? nextGroup : nextKind, query.Queue, group) is { } next)
        {
            group = next;
            if (found >= query.Limit && group.Rank > worst)
            {
                // Whatever comes now is of a lower priority than all that there is room for.
                isComplete = false;
                break;
            }

            isWanted = query.Kinds is not { } kinds || kinds.Contains(group.Kind);
            if (isWanted && Read(rows, query.Queue, group) is { Count: > 0 } read)
            {
                if (read.Count > query.PerKey)
                {
                    isComplete = false;
                    read.RemoveAt(query.PerKey);
                }

                groups.Add(read);
                (found, worst) = (found + read.Count, group.Rank);
            }
        }

        var page = ReadyPage.Select(groups, query.Limit, out var left);
        return new ReadyPage(page, isComplete && left == 0, NextReadyAt(query));
    }

    public ImmutableArray<ReadyCount> Count(string? queue)
    {
        using var command = connection.Prepare(
            """
            SELECT queue, kind, needs, count(*), min(created_at) FROM ready WHERE $queue IS NULL OR queue = $queue
            GROUP BY queue, kind, needs ORDER BY queue, kind, needs
            """,
            "$queue");
        command.Parameters[0].Value = (object?)queue ?? DBNull.Value;
        using var row = command.ExecuteReader();
        var counts = ImmutableArray.CreateBuilder<ReadyCount>();
        while (row.Read())
        {
            var needs = OfferRest.NeedsOf(row.GetString(2));
            counts.Add(new ReadyCount(row.GetString(0), row.GetString(1), needs, row.GetInt64(3), StoredTime.FromTicks(row.GetInt64(4))));
        }

        return counts.ToImmutable();
    }

    public ImmutableArray<TaskId> FindDue(DateTimeOffset now, int limit)
    {
        using var command = connection.Prepare("SELECT key FROM records WHERE next_due <= $now ORDER BY next_due, key LIMIT $limit", "$now", "$limit");
        command.Parameters[0].Value = StoredTime.ToTicks(now);
        command.Parameters[1].Value = limit;
        using var row = command.ExecuteReader();
        var due = ImmutableArray.CreateBuilder<TaskId>();
        while (row.Read())
        {
            if (TaskId.TryParse(row.GetString(0), out var id, out _))
            {
                due.Add(id);
            }
        }

        return due.ToImmutable();
    }

    public ImmutableArray<LimitHolder> FindHolders(string limit)
    {
        using var command = connection.Prepare($"SELECT {SqliteSchedules.HeldColumns} FROM held WHERE name = $limit ORDER BY key, stage", "$limit");
        command.Parameters[0].Value = limit;
        using var row = command.ExecuteReader();
        var holders = ImmutableArray.CreateBuilder<LimitHolder>();
        while (row.Read())
        {
            var held = SqliteSchedules.ReadHeld(row);
            if (TaskId.TryParse(held.Key, out var task, out _) && StageName.TryParse(held.Stage, out var stage, out _))
            {
                holders.Add(new LimitHolder(held.Limit, task, stage, held.Worker, (int)held.Weight, StoredTime.FromTicks(held.Expires)));
            }
        }

        return holders.ToImmutable();
    }

    private static Group? Next(SqliteCommand command, string queue, Group group)
    {
        Bind(command, queue, group);
        using var row = command.ExecuteReader();
        return row.Read() ? new Group(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3)) : null;
    }

    private static List<ReadyStage> Read(SqliteCommand command, string queue, Group group)
    {
        Bind(command, queue, group);
        using var row = command.ExecuteReader();
        var found = new List<ReadyStage>();
        while (row.Read())
        {
            var stage = new ReadyRow(
                row.GetString(0),
                queue,
                group.Rank,
                group.Needs,
                group.Fair,
                row.GetInt64(1),
                row.GetString(2),
                row.GetInt64(3),
                row.IsDBNull(4) ? null : row.GetInt64(4),
                row.IsDBNull(5) ? null : row.GetString(5));
            if (stage.ToStage() is { } ready)
            {
                found.Add(ready);
            }
        }

        return found;
    }

    private static void Bind(SqliteCommand command, string queue, Group group)
    {
        command.Parameters[0].Value = queue;
        command.Parameters[1].Value = group.Rank;
        command.Parameters[2].Value = group.Kind;
        if (command.Parameters.Count > 3)
        {
            command.Parameters[3].Value = group.Needs;
            command.Parameters[4].Value = group.Fair;
        }
    }

    private DateTimeOffset? NextReadyAt(ReadyQuery query)
    {
        using var command = connection.Prepare(
            """
            SELECT not_before FROM ready INDEXED BY ready_delayed
            WHERE queue = $queue AND not_before > $now AND ($kinds IS NULL OR kind IN (SELECT value FROM json_each($kinds))) ORDER BY not_before LIMIT 1
            """,
            "$queue",
            "$now",
            "$kinds");
        command.Parameters[0].Value = query.Queue;
        command.Parameters[1].Value = StoredTime.ToTicks(query.Now);
        command.Parameters[2].Value = query.Kinds is { } kinds ? JsonSerializer.Serialize(kinds, OfferRestJson.Default.ImmutableArrayString) : DBNull.Value;
        return StoredTime.FromTicks((long?)command.ExecuteScalar());
    }

    /// <summary>Rows that are the same to a worker and to fairness.</summary>
    private readonly record struct Group(long Rank, string Kind, string Needs, string Fair);
}

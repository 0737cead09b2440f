using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.PostgreSql;

/// <summary>Reads schedules.</summary>
/// <remarks>
/// A queue is not sorted: the index leads from one group of rows, which are of the same priority, kind, needs and share, to the next, and the rows of a group
/// stand in their order. So a page costs a search for each group and what it shows, however long the queue is.
/// </remarks>
internal sealed class PostgresQueues(PostgresDatabase database)
{
    private const string NextRank = "SELECT rank FROM ready WHERE queue = $1 AND rank > $2 ORDER BY rank LIMIT 1";

    private const string RowsOfRank = """
        WITH RECURSIVE g AS (
            (SELECT kind, needs, fair FROM ready WHERE queue = $1 AND rank = $2 ORDER BY kind, needs, fair LIMIT 1)
            UNION ALL
            SELECT n.kind, n.needs, n.fair FROM g CROSS JOIN LATERAL (
                SELECT kind, needs, fair FROM ready WHERE queue = $1 AND rank = $2 AND (kind, needs, fair) > (g.kind, g.needs, g.fair)
                ORDER BY kind, needs, fair LIMIT 1) n)
        SELECT g.kind, r.stage, g.needs, g.fair, r.created_at, r.task, r.attempt, r.not_before, r.more FROM g CROSS JOIN LATERAL (
            SELECT stage, created_at, task, attempt, not_before, more FROM ready
            WHERE queue = $1 AND rank = $2 AND kind = g.kind AND needs = g.needs AND fair = g.fair AND (not_before IS NULL OR not_before <= $3)
            ORDER BY created_at, task, stage LIMIT $4) r
        WHERE $5::text[] IS NULL OR g.kind = ANY($5)
        """;

    private const string NextDelay =
        "SELECT min(not_before) FROM ready WHERE queue = $1 AND not_before > $2 AND ($3::text[] IS NULL OR kind = ANY($3))";

    public async Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var groups = new List<List<ReadyStage>>();
        var (found, isComplete) = (0, true);
        var rank = long.MinValue;
        while (await NextRankAsync(connection, query.Queue, rank, cancellationToken).ConfigureAwait(false) is { } next)
        {
            if (found >= query.Limit)
            {
                // Whatever comes now is of a lower priority than all that there is room for.
                isComplete = false;
                break;
            }

            rank = next;
            foreach (var group in await ReadRankAsync(connection, query, rank, cancellationToken).ConfigureAwait(false))
            {
                if (group.Count > query.PerKey)
                {
                    isComplete = false;
                    group.RemoveAt(query.PerKey);
                }

                found += group.Count;
                groups.Add(group);
            }
        }

        var page = ReadyPage.Select(groups, query.Limit, out var left);
        return new ReadyPage(page, isComplete && left == 0, await NextReadyAtAsync(connection, query, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            """
            SELECT queue, kind, needs, count(*), min(created_at) FROM ready WHERE $1::text IS NULL OR queue = $1
            GROUP BY queue, kind, needs ORDER BY queue, kind, needs
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)queue ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var counts = ImmutableArray.CreateBuilder<ReadyCount>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            counts.Add(new ReadyCount(
                row.GetString(0), row.GetString(1), OfferRest.NeedsOf(row.GetString(2)), row.GetInt64(3), StoredTime.FromTicks(row.GetInt64(4))));
        }

        return counts.ToImmutable();
    }

    /// <param name="sql">Its parameters are a moment and the number of rows; it gives ids.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="limit">Rows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ImmutableArray<TaskId>> FindTasksAsync(string sql, DateTimeOffset moment, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
#pragma warning disable CA2100 // A constant of the store.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = StoredTime.ToTicks(moment) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var tasks = ImmutableArray.CreateBuilder<TaskId>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TaskId.TryParse(row.GetString(0), out var task, out _))
            {
                tasks.Add(task);
            }
        }

        return tasks.ToImmutable();
    }

    public async Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            "SELECT task, stage, worker, weight, expires FROM held WHERE name = $1 ORDER BY task, stage", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = limit });
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var holders = ImmutableArray.CreateBuilder<LimitHolder>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TaskId.TryParse(row.GetString(0), out var task, out _) && StageName.TryParse(row.GetString(1), out var stage, out _))
            {
                holders.Add(new LimitHolder(limit, task, stage, row.GetString(2), row.GetInt32(3), StoredTime.FromTicks(row.GetInt64(4))));
            }
        }

        return holders.ToImmutable();
    }

    private static async Task<long?> NextRankAsync(NpgsqlConnection connection, string queue, long rank, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(NextRank, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = queue });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rank });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
    }

    /// <summary>The rows of one priority, in groups of those that are the same to a worker and to fairness; one more of each than is asked for.</summary>
    private static async Task<IEnumerable<List<ReadyStage>>> ReadRankAsync(
        NpgsqlConnection connection, ReadyQuery query, long rank, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RowsOfRank, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = query.Queue });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rank });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = StoredTime.ToTicks(query.Now) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = query.PerKey + 1 });
        command.Parameters.Add(Kinds(query));
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var groups = new Dictionary<(string Kind, string Needs, string Fair), List<ReadyStage>>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var stage = new ReadyRow(
                row.GetString(1),
                query.Queue,
                rank,
                row.GetString(2),
                row.GetString(3),
                row.GetInt64(4),
                row.GetString(5),
                row.GetInt32(6),
                row.IsDBNull(7) ? null : row.GetInt64(7),
                row.IsDBNull(8) ? null : row.GetString(8));
            if (stage.ToStage() is { } ready)
            {
                var group = (row.GetString(0), stage.Needs, stage.Fair);
                (groups.TryGetValue(group, out var rows) ? rows : groups[group] = []).Add(ready);
            }
        }

        return groups.Values;
    }

    private static async Task<DateTimeOffset?> NextReadyAtAsync(NpgsqlConnection connection, ReadyQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(NextDelay, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = query.Queue });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = StoredTime.ToTicks(query.Now) });
        command.Parameters.Add(Kinds(query));
        return StoredTime.FromTicks(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?);
    }

    private static NpgsqlParameter Kinds(ReadyQuery query) => new()
    {
        Value = query.Kinds is { } kinds ? kinds.ToArray() : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };
}

using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using VideoGen.Storage.Queries;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.PostgreSql;

/// <summary>A query over the summaries as SQL. Every value of the caller is a parameter.</summary>
internal sealed class PostgresQuery
{
    private readonly List<string> _conditions = ["status IS NOT NULL", "NOT deleted"];
    private readonly List<object> _values = [];

    private PostgresQuery(TaskQuery query)
    {
        if (query.Label is { } label)
        {
            _conditions.Add($"labels @> ARRAY[{Parameter(PostgresBatch.LabelText(label.Key, label.Value))}]::text[]");
        }

        var statuses = TaskQueries.StatusesOf(query);
        if (!statuses.IsEmpty)
        {
            _conditions.Add($"status = ANY({Parameter(statuses.Distinct().Select(status => status.ToWireName()).ToArray())})");
        }

        if (query.Pipeline is not null)
        {
            _conditions.Add($"pipeline = {Parameter(query.Pipeline)}");
        }

        if (!string.IsNullOrEmpty(query.IdPrefix))
        {
            // Ids are ASCII, and end before its last character.
            var prefix = Parameter(query.IdPrefix);
            _conditions.Add($"id >= {prefix} AND id < {prefix} || chr(127)");
        }
    }

    /// <summary>One page, and one task more if there is one.</summary>
    public static async Task<List<TaskSummary>> ReadPageAsync(NpgsqlConnection connection, TaskQuery query, CancellationToken cancellationToken)
    {
        var sql = new PostgresQuery(query);
        if (PageToken.Parse(query.After) is { } last)
        {
            var created = sql.Parameter(StoredTime.ToTicks(last.CreatedAt));
            sql._conditions.Add($"created_at <= {created} AND (created_at < {created} OR id > {sql.Parameter(last.TaskId)})");
        }

        var limit = sql.Parameter(query.PageSize + 1);
        await using var command = sql.ToCommand(connection, "summary", $"ORDER BY created_at DESC, id LIMIT {limit}");
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<TaskSummary>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(JsonSerializer.Deserialize(row.GetString(0), SummaryJson.Default.TaskSummary)!);
        }

        return found;
    }

    public static async Task<TaskCounts> CountAsync(NpgsqlConnection connection, TaskQuery query, CancellationToken cancellationToken)
    {
        await using var command = new PostgresQuery(query).ToCommand(connection, "status, count(*)", "GROUP BY status");
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var counts = ImmutableSortedDictionary.CreateBuilder<RunStatus, long>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (RunStatusExtensions.TryParseWireName(row.GetString(0), out var status))
            {
                counts[status] = row.GetInt64(1);
            }
        }

        return new TaskCounts(counts.ToImmutable());
    }

    private NpgsqlCommand ToCommand(NpgsqlConnection connection, string columns, string rest)
    {
#pragma warning disable CA2100 // The text is made of the constants above; values are parameters.
        var command = new NpgsqlCommand($"SELECT {columns} FROM records WHERE {string.Join(" AND ", _conditions)} {rest}", connection);
#pragma warning restore CA2100
        _values.ForEach(value => command.Parameters.AddWithValue(value));
        return command;
    }

    private string Parameter(object value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }
}

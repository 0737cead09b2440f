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

    public static async Task<TaskPage> ReadPageAsync(NpgsqlConnection connection, TaskQuery query, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(query);
        (long CreatedAt, string Id)? after = PageToken.Parse(query.After) is { } token ? (StoredTime.ToTicks(token.CreatedAt), token.TaskId) : null;
        int rows;
        do
        {
            rows = 0;
            await using var command = PageAfter(connection, query, after);
            await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows++;
                after = (row.GetInt64(1), row.GetString(2));
                if (ToSummary(row.GetString(0)) is { } summary)
                {
                    page.Add(summary);
                }
                else
                {
                    page.LeaveOut(row.GetString(2));
                }
            }
        }
        while (rows > query.PageSize && !page.IsFull);

        return page.ToPage();
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

    private static NpgsqlCommand PageAfter(NpgsqlConnection connection, TaskQuery query, (long CreatedAt, string Id)? after)
    {
        var sql = new PostgresQuery(query);
        if (after is { } last)
        {
            var created = sql.Parameter(last.CreatedAt);
            sql._conditions.Add($"created_at <= {created} AND (created_at < {created} OR id > {sql.Parameter(last.Id)})");
        }

        var limit = sql.Parameter(query.PageSize + 1);
        return sql.ToCommand(connection, "summary, created_at, id", $"ORDER BY created_at DESC, id LIMIT {limit}");
    }

    /// <summary>Null when the text is not what was written.</summary>
    private static TaskSummary? ToSummary(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, SummaryJson.Default.TaskSummary) is { TaskId.Value: not null } summary ? summary : null;
        }
        catch (JsonException)
        {
            return null;
        }
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

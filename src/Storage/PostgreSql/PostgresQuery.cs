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
        if (query.AllLabels() is { IsEmpty: false } labels)
        {
            _conditions.Add($"labels @> {Parameter(labels.Select(label => PostgresBatch.LabelText(label.Key, label.Value)).ToArray())}::text[]");
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

        AddTime("created_at >=", query.CreatedAfter);
        AddTime("created_at <", query.CreatedBefore);
        AddTime("updated_at >=", query.UpdatedAfter);
        AddTime("updated_at <", query.UpdatedBefore);
        if (query.Error is not null)
        {
            _conditions.Add($"errors IS NOT NULL AND strpos(errors, {Parameter(ErrorText.Fold(query.Error))}) > 0");
        }
    }

    public static async Task<TaskPage> ReadPageAsync(NpgsqlConnection connection, TaskQuery query, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(query);
        var after = PageToken.Parse(query)?.ToStored(query.Sort);
        int rows;
        do
        {
            rows = 0;
            await using var command = PageAfter(connection, query, after);
            await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows++;
                after = new ListPlace(row.GetInt64(1), row.GetInt64(2), row.GetString(3));
                if (ToSummary(row.GetString(0)) is { } summary)
                {
                    page.Add(row.IsDBNull(4) ? summary : summary with { Priority = row.GetInt32(4) });
                }
                else
                {
                    page.LeaveOut(row.GetString(3));
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

    private static NpgsqlCommand PageAfter(NpgsqlConnection connection, TaskQuery query, ListPlace? after)
    {
        var sql = new PostgresQuery(query);
        var first = query.Sort switch { TaskSort.Updated => "updated_at", TaskSort.Priority => "priority", _ => "created_at" };
        var (down, up, before, past) = query.Ascending ? ("ASC", "DESC", ">", "<") : ("DESC", "ASC", "<", ">");
        if (after is { } last)
        {
            var (columns, values) = query.Sort == TaskSort.Created
                ? (first, sql.Parameter(last.CreatedAt))
                : ($"({first}, created_at)", $"({sql.Parameter(last.First)}, {sql.Parameter(last.CreatedAt)})");
            sql._conditions.Add($"{columns} {before}= {values} AND ({columns} {before} {values} OR id {past} {sql.Parameter(last.TaskId)})");
        }

        // Null comes before all that is greater, unless it is said where it comes; nothing is null here.
        var order = query.Sort == TaskSort.Created ? $"created_at {down}, id {up}" : $"{first} {down}, created_at {down}, id {up}";
        return sql.ToCommand(
            connection,
            $"summary, coalesce({first}, 0)::bigint, created_at, id, CASE WHEN searched = checksum THEN priority END",
            $"ORDER BY {order} LIMIT {sql.Parameter(query.PageSize + 1)}");
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

    private void AddTime(string comparison, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            _conditions.Add($"{comparison} {Parameter(StoredTime.ToTicks(value))}");
        }
    }

    private string Parameter(object value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }
}

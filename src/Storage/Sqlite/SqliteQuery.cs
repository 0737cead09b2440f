using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>A query over the summaries as SQL. Every value of the caller is a parameter.</summary>
internal sealed class SqliteQuery
{
    private const string SummaryColumns =
        "r.key, r.status, r.pipeline, r.labels, r.created_at, r.version, r.progress, r.current_stage, r.started_at, r.completed_at, r.updated_at, r.workers, r.owed";

    private readonly List<string> _conditions = ["r.status IS NOT NULL", "r.deleted = 0"];
    private readonly List<SqliteParameter> _parameters = [];
    private readonly string _tables;

    /// <summary>The table whose key has the order of lists.</summary>
    private readonly string _ordered;
    private string _columns = SummaryColumns;
    private string _rest = "";

    private SqliteQuery(TaskQuery query)
    {
        (_tables, _ordered) = query.Label is null ? ("records r", "r") : ("labels l JOIN records r ON r.id = l.record", "l");
        if (query.Label is { } label)
        {
            _conditions.Add($"l.name = {Parameter(label.Key)} AND l.value = {Parameter(label.Value)}");
        }

        var statuses = TaskQueries.StatusesOf(query);
        if (!statuses.IsEmpty)
        {
            _conditions.Add($"r.status IN ({string.Join(", ", statuses.Distinct().Select(status => Parameter(status.ToWireName())))})");
        }

        if (query.Pipeline is not null)
        {
            _conditions.Add($"r.pipeline = {Parameter(query.Pipeline)}");
        }

        if (!string.IsNullOrEmpty(query.IdPrefix))
        {
            // Nothing that begins with the prefix sorts after the prefix with the last character there is.
            var prefix = Parameter(query.IdPrefix);
            _conditions.Add($"{_ordered}.key >= {prefix} AND {_ordered}.key < {prefix} || char(1114111)");
        }
    }

    /// <summary>One page, and one task more if there is one.</summary>
    public static SqliteQuery Page(TaskQuery query)
    {
        var sql = new SqliteQuery(query);
        if (PageToken.Parse(query.After) is { } after)
        {
            var created = sql.Parameter(SqliteTime.ToTicks(after.CreatedAt));
            sql._conditions.Add($"{sql._ordered}.created_at <= {created} AND ({sql._ordered}.created_at < {created} OR {sql._ordered}.key > {sql.Parameter(after.TaskId)})");
        }

        sql._rest = $"ORDER BY {sql._ordered}.created_at DESC, {sql._ordered}.key LIMIT {sql.Parameter(query.PageSize + 1)}";
        return sql;
    }

    public static SqliteQuery Counts(TaskQuery query) => new(query) { _columns = "r.status, count(*)", _rest = "GROUP BY r.status" };

    public SqliteCommand ToCommand(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is made of the constants above; values are parameters.
        command.CommandText = $"SELECT {_columns} FROM {_tables} WHERE {string.Join(" AND ", _conditions)} {_rest}";
#pragma warning restore CA2100
        command.Parameters.AddRange(_parameters);
        return command;
    }

    private string Parameter(object value)
    {
        var name = $"$p{_parameters.Count}";
        _parameters.Add(new SqliteParameter(name, value));
        return name;
    }
}

using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>A query over the summaries as SQL. Every value of the caller is a parameter.</summary>
internal sealed class SqliteQuery
{
    /// <summary>A program that did not check its keys may have stored others; they are in no list.</summary>
    private const string KeyIsTaskId =
        "r.key NOT GLOB '*[^A-Za-z0-9._-]*' AND r.key NOT GLOB '.*' AND r.key NOT GLOB '*..*' AND length(r.key) BETWEEN 1 AND 128";

    public const string CountOfStrayKeys = $"SELECT count(*) FROM records r WHERE r.kind = '{RecordKey.TaskKind}' AND NOT ({KeyIsTaskId})";

    private readonly List<string> _conditions = ["r.status IS NOT NULL", "r.deleted = 0", KeyIsTaskId];
    private readonly List<SqliteParameter> _parameters = [];
    private readonly string _tables;

    /// <summary>The table whose key has the order of lists.</summary>
    private readonly string _ordered;
    private string _columns = "";
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
    /// <remarks>After the columns of lists come the two that pages are ordered by, as they are in the table that orders them.</remarks>
    /// <param name="query">The conditions; its own page token is not looked at.</param>
    /// <param name="after">Where the page before ended; null for the first one.</param>
    public static SqliteQuery Page(TaskQuery query, (long CreatedAt, string Key)? after)
    {
        var sql = new SqliteQuery(query);
        if (after is { } last)
        {
            var created = sql.Parameter(last.CreatedAt);
            var id = sql.Parameter(last.Key);
            sql._conditions.Add($"{sql._ordered}.created_at <= {created} AND ({sql._ordered}.created_at < {created} OR {sql._ordered}.key > {id})");
        }

        sql._columns = $"{SqliteRecordQuery.ListColumns}, {sql._ordered}.created_at, {sql._ordered}.key";
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

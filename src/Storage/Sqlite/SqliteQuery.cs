using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>A query over the summaries as SQL. Every value of the caller is a parameter.</summary>
internal sealed class SqliteQuery
{
    /// <summary>Where the records are that <see cref="SqliteTables.IsUnsearched"/> is true of.</summary>
    public const string Unsearched = $"FROM records r INDEXED BY tasks_unsearched WHERE {SqliteTables.IsUnsearched}";

    private const string Records = "records r";

    /// <summary>A program that did not check its keys may have stored others; they are in no list.</summary>
    private const string KeyIsTaskId =
        "r.key NOT GLOB '*[^A-Za-z0-9._-]*' AND r.key NOT GLOB '.*' AND r.key NOT GLOB '*..*' AND length(r.key) BETWEEN 1 AND 128";

    public const string CountOfStrayKeys = $"SELECT count(*) FROM records r WHERE r.kind = '{RecordKey.TaskKind}' AND NOT ({KeyIsTaskId})";

    private static readonly string[] Always = ["r.status IS NOT NULL", "r.deleted = 0", KeyIsTaskId];

    private readonly List<string> _conditions = [.. Always];
    private readonly List<SqliteParameter> _parameters = [];
    private readonly string _tables;

    /// <summary>The table whose key has the order of lists.</summary>
    private readonly string _ordered;

    /// <summary>Null for tasks of every status.</summary>
    private readonly string? _ofStatus;
    private string _sql = "";

    private SqliteQuery(TaskQuery query)
    {
        var labels = query.AllLabels();
        (_tables, _ordered) = labels.IsEmpty
            ? (query.Error is null ? Records : $"{Records} INDEXED BY tasks_by_error", "r")
            : ("labels l JOIN records r ON r.id = l.record", "l");
        for (var i = 0; i < labels.Length; i++)
        {
            var (name, value) = (Parameter(labels[i].Key), Parameter(labels[i].Value));
            _conditions.Add(i == 0
                ? $"l.name = {name} AND l.value = {value}"
                : "EXISTS (SELECT 1 FROM labels o "
                    + $"WHERE o.name = {name} AND o.value = {value} AND o.created_at = l.created_at AND o.key = l.key AND o.record = l.record)");
        }

        var statuses = TaskQueries.StatusesOf(query);
        if (!statuses.IsEmpty)
        {
            _ofStatus = $"r.status IN ({string.Join(", ", statuses.Distinct().Select(status => Parameter(status.ToWireName())))})";
            _conditions.Add(_ofStatus);
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

        AddTime($"{_ordered}.created_at >=", query.CreatedAfter);
        AddTime($"{_ordered}.created_at <", query.CreatedBefore);
        AddTime("r.updated_at >=", query.UpdatedAfter);
        AddTime("r.updated_at <", query.UpdatedBefore);
        if (query.Error is not null)
        {
            _conditions.Add($"r.errors IS NOT NULL AND instr(r.errors, {Parameter(ErrorText.Fold(query.Error))}) > 0");
        }
    }

    /// <summary>One page, and one task more if there is one.</summary>
    /// <remarks>After the columns of lists come those of <see cref="PlaceOf"/>, as they are in the table that orders them.</remarks>
    /// <param name="query">The conditions; its own page token is not looked at.</param>
    /// <param name="after">Where the page before ended, in stored times; null for the first one.</param>
    public static SqliteQuery Page(TaskQuery query, ListPlace? after)
    {
        var sql = new SqliteQuery(query);
        var (created, key) = ($"{sql._ordered}.created_at", $"{sql._ordered}.key");
        var first = query.Sort switch { TaskSort.Updated => "r.updated_at", TaskSort.Priority => "r.priority", _ => created };
        var (down, up, before, past) = query.Ascending ? ("ASC", "DESC", ">", "<") : ("DESC", "ASC", "<", ">");
        if (after is { } last)
        {
            var (columns, values) = query.Sort == TaskSort.Created
                ? (created, sql.Parameter(last.CreatedAt))
                : ($"({first}, {created})", $"({sql.Parameter(last.First)}, {sql.Parameter(last.CreatedAt)})");
            sql._conditions.Add($"{columns} {before}= {values} AND ({columns} {before} {values} OR {key} {past} {sql.Parameter(last.TaskId)})");
        }

        var select = $"SELECT {SqliteRecordQuery.ListColumns}, {first} AS place, {created} AS created, {key} AS id FROM";
        var where = $"WHERE {string.Join(" AND ", sql._conditions)}";
        var order = query.Sort == TaskSort.Created
            ? $"ORDER BY {created} {down}, {key} {up} LIMIT {sql.Parameter(query.PageSize + 1)}"
            : $"ORDER BY {first} {down}, {created} {down}, {key} {up} LIMIT {sql.Parameter(query.PageSize + 1)}";
        sql._sql = query.Sort == TaskSort.Updated && sql._tables == Records
            ? $"""
                SELECT * FROM (
                    SELECT * FROM ({select} records r {where} AND ({SqliteTables.IsQuiet}) {order})
                    UNION ALL
                    SELECT * FROM ({select} records r INDEXED BY tasks_due {where} AND next_due IS NOT NULL AND coalesce(workers, 0) <> 0 {order}))
                ORDER BY place {down}, created {down}, id {up} LIMIT {sql.Parameter(query.PageSize + 1)}
                """
            : $"{select} {sql._tables} {where} {order}";
        return sql;
    }

    /// <param name="row">Of a <see cref="Page"/>.</param>
    public static ListPlace PlaceOf(SqliteDataReader row) => new(
        row.IsDBNull(SqliteRecordQuery.ListColumnCount) ? 0 : row.GetInt64(SqliteRecordQuery.ListColumnCount),
        row.GetInt64(SqliteRecordQuery.ListColumnCount + 1),
        row.GetString(SqliteRecordQuery.ListColumnCount + 2));

    public static SqliteQuery Counts(TaskQuery query)
    {
        var sql = new SqliteQuery(query);
        var others = string.Join(" AND ", sql._conditions.Where(condition => condition != KeyIsTaskId));
        var counted = sql._conditions.All(condition => condition == sql._ofStatus || Always.Contains(condition))
            ? $"SELECT r.status AS status, r.number AS number FROM task_counts r WHERE {sql._ofStatus ?? "TRUE"}"
            : $"SELECT r.status AS status, count(*) AS number FROM {Records} WHERE {others} GROUP BY r.status";
        sql._sql = sql._tables == Records
            ? $"""
                SELECT status, sum(number) FROM (
                    {counted}
                    UNION ALL
                    SELECT r.status, -count(*) FROM {Records} INDEXED BY tasks_stray WHERE {others} AND NOT ({KeyIsTaskId}) GROUP BY r.status)
                GROUP BY status HAVING sum(number) > 0
                """
            : $"SELECT r.status, count(*) FROM {sql._tables} WHERE {others} AND {KeyIsTaskId} GROUP BY r.status";
        return sql;
    }

    public SqliteCommand ToCommand(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is made of the constants above; values are parameters.
        command.CommandText = _sql;
#pragma warning restore CA2100
        command.Parameters.AddRange(_parameters);
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
        var name = $"$p{_parameters.Count}";
        _parameters.Add(new SqliteParameter(name, value));
        return name;
    }
}

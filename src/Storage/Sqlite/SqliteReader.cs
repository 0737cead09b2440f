using System.IO.Hashing;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Sqlite;

/// <summary>One reading connection; it sees the last committed state and waits for no writer. One caller at a time.</summary>
internal sealed class SqliteReader(SqliteConnection connection) : IDisposable
{
    private readonly SqliteRecordQuery _records = new(connection);
    private readonly XxHash3 _hash = new();

    public SqliteQueueReader Queues { get; } = new(connection);

    public StoredRecord? Read(RecordKey key) => _records.Read(key);

    /// <param name="query">The query.</param>
    /// <param name="damaged">Called with the key of each row whose columns are not what was written, and with whether its document can be read: then the task
    /// is shown as that says, and else it is left out.</param>
    public TaskPage Page(TaskQuery query, Action<string, bool> damaged)
    {
        var page = new PageBuilder(query);
        var filter = new TaskFilter(query);
        var after = PageToken.Parse(query)?.ToStored(query.Sort);
        int rows;
        do
        {
            rows = 0;
            using var command = SqliteQuery.Page(query, after).ToCommand(connection);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                rows++;
                var columns = SqliteRecordQuery.ReadListColumns(row, out var checksum);
                after = SqliteQuery.PlaceOf(row);
                if ((checksum == columns.Checksum(_hash) || columns.IsOfFormerProgram(checksum, _hash)) && columns.ToSummary() is { } summary)
                {
                    page.Add(summary.Priority is null ? summary with { Priority = _records.TrySummarize(columns.Key)?.Priority } : summary);
                    continue;
                }

                var anew = _records.TrySummarize(columns.Key);
                damaged(columns.Key, anew is not null);
                if (anew is null)
                {
                    page.LeaveOut(columns.Key);
                }
                else if (filter.Matches(anew))
                {
                    page.Add(anew);
                }
            }
        }
        while (rows > query.PageSize && !page.IsFull);

        return page.ToPage();
    }

    /// <summary>Whether there are records that a program wrote which does not know what tasks are ordered and searched by.</summary>
    public bool HasUnsearched() => connection.QueryNumber($"SELECT EXISTS (SELECT 1 {SqliteQuery.Unsearched})") != 0;

    public List<KeyValuePair<string, long>> Count(SqliteQuery query)
    {
        using var command = query.ToCommand(connection);
        using var row = command.ExecuteReader();
        var counts = new List<KeyValuePair<string, long>>();
        while (row.Read())
        {
            counts.Add(new KeyValuePair<string, long>(row.GetString(0), row.GetInt64(1)));
        }

        return counts;
    }

    public List<TaskId> FindOwed(DateTimeOffset untouchedSince, int limit)
    {
        using var command = connection.Prepare(
            "SELECT key FROM records WHERE owed = 1 AND updated_at <= $since ORDER BY updated_at, key LIMIT $limit", "$since", "$limit");
        command.Parameters[0].Value = StoredTime.ToTicks(untouchedSince);
        command.Parameters[1].Value = limit;
        using var row = command.ExecuteReader();
        var found = new List<TaskId>();
        while (row.Read())
        {
            if (TaskId.TryParse(row.GetString(0), out var id, out _))
            {
                found.Add(id);
            }
        }

        return found;
    }

    public void Dispose()
    {
        _records.Dispose();
        connection.Dispose();
    }
}

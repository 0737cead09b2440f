using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Answers what the rows of the list do not tell: it reads the summaries of all tasks, a thousand a request and the partitions side by side, and keeps no more
/// of them than a page. So a page costs more the more tasks there are, which the others do not.
/// </summary>
internal sealed class TableScan(TableConnection connection, int partitions)
{
    private readonly Lock _adding = new();

    /// <summary>Whether the rows of the list tell which tasks are meant.</summary>
    public static bool IsToldByRows(TaskQuery query) => query is { UpdatedAfter: null, UpdatedBefore: null, Error: null };

    public async Task<TaskPage> PageAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var best = new BestTasks(query);
        var unreadable = new List<string>();
        await EachAsync(best.Consider, unreadable.Add, cancellationToken).ConfigureAwait(false);
        return best.ToPage(unreadable);
    }

    public async Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var filter = new TaskFilter(query);
        var counts = new Dictionary<RunStatus, long>();
        await EachAsync(
            task =>
            {
                if (filter.Matches(task))
                {
                    counts[task.Status] = counts.GetValueOrDefault(task.Status) + 1;
                }
            },
            _ => { },
            cancellationToken).ConfigureAwait(false);
        return new TaskCounts(counts.ToImmutableSortedDictionary());
    }

    /// <summary>Calls one of them for every record, one call at a time.</summary>
    private Task EachAsync(Action<TaskSummary> found, Action<string> unreadable, CancellationToken cancellationToken) =>
        TableConnection.EachAsync(partitions, async (number, stop) =>
        {
            var partition = TableKeys.Partition(number);
            var records = connection.Reads.QueryAsync<TableEntity>(
                $"PartitionKey eq '{partition}' and RowKey ge '{TableKeys.TaskRecords.From}' and RowKey lt '{TableKeys.TaskRecords.End}'",
                TableConnection.MaxRowsPerRequest,
                TableRecords.SummaryColumns,
                stop);
            await foreach (var record in records.ConfigureAwait(false))
            {
                if (!TaskId.TryParse(record.RowKey[TableKeys.TaskPrefix.Length..], out var task, out _))
                {
                    continue;
                }

                // A program that knows no priorities wrote a summary without it: then the whole record says what it is.
                var summary = TableRecords.ToSummary(record);
                summary = summary is { Priority: null } ? await ReadAsync(partition, RecordKey.Of(task), stop).ConfigureAwait(false) ?? summary : summary;
                lock (_adding)
                {
                    if (summary is null)
                    {
                        unreadable(task.Value);
                    }
                    else
                    {
                        found(summary);
                    }
                }
            }
        }, cancellationToken);

    /// <summary>Null for a record that is gone or cannot be read.</summary>
    private async Task<TaskSummary?> ReadAsync(string partition, RecordKey key, CancellationToken cancellationToken)
    {
        var record = await connection.Reads
            .GetEntityIfExistsAsync<TableEntity>(partition, TableKeys.RecordRow(key), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (!record.HasValue)
        {
            return null;
        }

        try
        {
            var document = new TaskDocument();
            document.Load(TableRecords.ToRecord(key, record.Value!).Body);
            return document.GetSummary(document.Commit.WrittenAt);
        }
        catch (Exception exception) when (exception is StoreException or JsonException)
        {
            return null;
        }
    }
}

using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Lists, made from rows whose keys begin with the inverted time of creation: the service returns each partition's rows in that order and filters them
/// by status, pipeline and label, so a page costs one range read a partition whatever the number of tasks, and then one read for each task that it shows.
/// </summary>
/// <remarks>
/// The rows hold only what changes seldom, which keeps progress reports at one entity a commit. What a page shows is read from the records themselves; a
/// task that is deleted between the two reads is left out. Counts read the rows that match, a thousand a request. What the rows do not tell, which is any other
/// order and the conditions on updates and errors, <see cref="TableScan"/> finds in the summaries of all tasks.
/// </remarks>
internal sealed class TableIndexQueries(TableConnection connection, int partitions)
{
    private readonly TableScan _scan = new(connection, partitions);

    public async Task<TaskPage> PageAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        if (!TableScan.IsToldByRows(query) || query is not { Sort: TaskSort.Created, Ascending: false })
        {
            return await _scan.PageAsync(query, cancellationToken).ConfigureAwait(false);
        }

        var filter = FilterOf(query, PageToken.Parse(query));
        var rows = await RowsAsync(filter, query.PageSize + 1, cancellationToken).ConfigureAwait(false);
        var page = rows.OrderBy(row => row.RowKey, StringComparer.Ordinal).Take(query.PageSize + 1).ToArray();
        var shown = await SummariesAsync(page.Take(query.PageSize), cancellationToken).ConfigureAwait(false);
        var next = page.Length > query.PageSize
            ? PageToken.Of(query, new ListPlace(page[^2].GetInt64("CreatedAt")!.Value, page[^2].GetInt64("CreatedAt")!.Value, page[^2].GetString("TaskId")))
            : null;
        return new TaskPage([.. shown.Select(task => task.Summary).OfType<TaskSummary>()], next)
        {
            Unreadable = shown.Count(task => task.IsUnreadable),
            UnreadableIds = shown.Any(task => task.IsUnreadable)
                ? [.. shown.Where(task => task.IsUnreadable).Take(TaskPage.MaxUnreadableIds).Select(task => TaskId.Parse(task.Id))]
                : null,
        };
    }

    public async Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        if (!TableScan.IsToldByRows(query))
        {
            return await _scan.CountAsync(query, cancellationToken).ConfigureAwait(false);
        }

        var rows = await RowsAsync(FilterOf(query, null), int.MaxValue, cancellationToken, "TaskId", "Status").ConfigureAwait(false);
        return new TaskCounts(rows
            .CountBy(row => RunStatusExtensions.TryParseWireName(row.GetString("Status"), out var status) ? status : default)
            .ToImmutableSortedDictionary(count => count.Key, count => (long)count.Value));
    }

    public async Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync($"{InList} and Owed eq true", int.MaxValue, cancellationToken).ConfigureAwait(false);
        var summaries = await SummariesAsync(rows, cancellationToken).ConfigureAwait(false);
        return [.. summaries
            .Select(task => task.Summary)
            .OfType<TaskSummary>()
            .Where(summary => summary.Owed && summary.UpdatedAt <= untouchedSince)
            .OrderBy(summary => summary.UpdatedAt)
            .Take(limit)
            .Select(summary => summary.TaskId)];
    }

    /// <summary>Tasks that were deleted before then, with the ETags of their records.</summary>
    public async Task<List<RecordWrite>> FindDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(
            $"RowKey ge '{TableKeys.DeletedPrefix}' and RowKey lt '{TableKeys.DeletedEnd}' and UpdatedAt lt {before.UtcTicks}L",
            int.MaxValue,
            cancellationToken).ConfigureAwait(false);
        var deleted = new List<RecordWrite>();
        foreach (var row in rows)
        {
            var key = KeyOf(row);
            var record = await ReadSummaryAsync(row.PartitionKey, key, cancellationToken).ConfigureAwait(false);
            if (record.HasValue && TableRecords.ToSummary(record.Value!) is { Deleted: true } summary && summary.UpdatedAt < before)
            {
                deleted.Add(new RecordWrite(key, record.Value!.ETag.ToString(), null, null));
            }
        }

        return deleted;
    }

    private static string InList => $"RowKey ge '{TableKeys.IndexPrefix}' and RowKey lt '{TableKeys.IndexEnd}'";

    private static string FilterOf(TaskQuery query, ListPlace? after)
    {
        var conditions = new List<string> { InList };
        if (after is { } place)
        {
            var row = TableKeys.IndexRow(new DateTimeOffset(place.CreatedAt, TimeSpan.Zero), place.TaskId);
            conditions.Add(TableClient.CreateQueryFilter($"RowKey gt {row}"));
        }

        if (query.CreatedAfter is { } from)
        {
            conditions.Add(TableClient.CreateQueryFilter($"RowKey lt {TableKeys.IndexBefore(from)}"));
        }

        if (query.CreatedBefore is { } end)
        {
            conditions.Add(TableClient.CreateQueryFilter($"RowKey ge {TableKeys.IndexBefore(end)}"));
        }

        var statuses = TaskQueries.StatusesOf(query);
        if (!statuses.IsEmpty)
        {
            conditions.Add($"({string.Join(" or ", statuses.Distinct().Select(status => $"Status eq '{status.ToWireName()}'"))})");
        }

        if (query.Pipeline is not null)
        {
            conditions.Add(TableClient.CreateQueryFilter($"Pipeline eq {query.Pipeline}"));
        }

        if (!string.IsNullOrEmpty(query.IdPrefix))
        {
            // The tilde comes after every character of an id.
            conditions.Add(TableClient.CreateQueryFilter($"TaskId ge {query.IdPrefix} and TaskId lt {query.IdPrefix + "~"}"));
        }

        conditions.AddRange(query.AllLabels().Select(label => TableKeys.LabelColumn(label.Key) + TableClient.CreateQueryFilter($" eq {label.Value}")));

        return string.Join(" and ", conditions);
    }

    private Task<NullableResponse<TableEntity>> ReadSummaryAsync(string partition, RecordKey key, CancellationToken cancellationToken) =>
        connection.Reads.GetEntityIfExistsAsync<TableEntity>(partition, TableKeys.RecordRow(key), TableRecords.SummaryColumns, cancellationToken);

    private static RecordKey KeyOf(TableEntity row) => new(RecordKey.TaskKind, row.GetString("TaskId"));

    /// <summary>
    /// The first rows of every partition that match. A program that did not check its keys may have left rows without an id of a task; they are passed over.
    /// </summary>
    private async Task<List<TableEntity>> RowsAsync(string filter, int limit, CancellationToken cancellationToken, params string[] columns)
    {
        string[] select = columns.Length == 0 ? ["PartitionKey", "RowKey", "TaskId", "CreatedAt"] : columns;
        var found = new List<TableEntity>[partitions];
        await TableConnection.EachAsync(partitions, async (number, stop) =>
        {
            var rows = found[number] = [];
            var pages = connection.Reads.QueryAsync<TableEntity>(
                $"PartitionKey eq '{TableKeys.Partition(number)}' and {filter}", Math.Min(limit, TableConnection.MaxRowsPerRequest), select, stop);
            await foreach (var row in pages.ConfigureAwait(false))
            {
                if (TaskId.TryParse(row.GetString("TaskId"), out _, out _))
                {
                    rows.Add(row);
                }

                if (rows.Count >= limit)
                {
                    break;
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return [.. found.SelectMany(rows => rows)];
    }

    private async Task<Listed[]> SummariesAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var list = rows.ToArray();
        var summaries = new Listed[list.Length];
        await TableConnection.EachAsync(list.Length, async (i, stop) =>
        {
            var key = KeyOf(list[i]);
            var record = await ReadSummaryAsync(list[i].PartitionKey, key, stop).ConfigureAwait(false);
            var summary = record.HasValue ? TableRecords.ToSummary(record.Value!) : null;
            summaries[i] = new Listed(key.Id, summary is { Deleted: false } ? summary : null, IsUnreadable: record.HasValue && summary is null);
        }, cancellationToken).ConfigureAwait(false);
        return summaries;
    }

    /// <summary>What the record of a row says.</summary>
    /// <param name="Id">Of the task.</param>
    /// <param name="Summary">Null when there is none to show: the task is gone, or its summary cannot be read.</param>
    /// <param name="IsUnreadable">Whether there is a record without a summary that can be read.</param>
    private readonly record struct Listed(string Id, TaskSummary? Summary, bool IsUnreadable);
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.AzureTables;

/// <summary>What queues, limits and the clock ask: each answer is a range of keys in each partition, in the order of the answer.</summary>
internal sealed class TableQueueQueries(TableConnection connection, int partitions)
{
    /// <summary>Rows of delays of one request, where the kinds decide: the first that fits is what is looked for.</summary>
    private const int DelaysPerRequest = 100;

    public async Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken)
    {
        query.Check();
        var found = new ConcurrentBag<ReadyStage>();
        var delays = new ConcurrentBag<DateTimeOffset>();
        var isComplete = true;
        await TableConnection.EachAsync(partitions, async (number, stop) =>
        {
            var partition = TableKeys.Partition(number);
            foreach (var queue in (string[])[query.Queue, TableScheduleKeys.Crowded])
            {
                var scan = new TableReadyScan(query);
                await ReadAsync(partition, TableScheduleKeys.Ready(queue), query.Now, scan.Add, stop).ConfigureAwait(false);
                scan.Found.ForEach(found.Add);
                if (!scan.IsComplete)
                {
                    isComplete = false;
                }

                if (await NextDelayAsync(partition, queue, query, stop).ConfigureAwait(false) is { } delay)
                {
                    delays.Add(delay);
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        var page = ReadyPage.Of(found, query);
        DateTimeOffset?[] next = [page.NextReadyAt, .. delays];
        return page with { IsComplete = page.IsComplete && isComplete, NextReadyAt = next.Min() };
    }

    public async Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<ReadyStage>();
        await TableConnection.EachAsync(partitions, async (number, stop) =>
        {
            foreach (var range in queue is null ? (string?[])[null] : [queue, TableScheduleKeys.Crowded])
            {
                await ReadAsync(TableKeys.Partition(number), TableScheduleKeys.Ready(range), DateTimeOffset.MaxValue, (_, stages) =>
                {
                    stages.ForEach(found.Add);
                    return TableReadyScan.GoOn;
                }, stop).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
        return ReadyCount.Of(found, queue);
    }

    public async Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(TableScheduleKeys.DueBy(now), limit, ["RowKey"], cancellationToken).ConfigureAwait(false);
        return [.. rows
            .Select(row => row.RowKey)
            .Order(StringComparer.Ordinal)
            .Select(TableScheduleKeys.TaskOf)
            .OfType<TaskId>()
            .Take(limit)];
    }

    public async Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(TableScheduleKeys.Held(limit), int.MaxValue, null, cancellationToken).ConfigureAwait(false);
        rows.AddRange(await RowsAsync(TableScheduleKeys.Held(TableScheduleKeys.Crowded), int.MaxValue, null, cancellationToken).ConfigureAwait(false));
        var holders = new List<LimitHolder>();
        foreach (var row in rows)
        {
            if (TableScheduleKeys.TaskOf(row.RowKey) is { } task)
            {
                holders.AddRange(await HoldersOfAsync(row, task, cancellationToken).ConfigureAwait(false));
            }
        }

        return [.. holders.Where(holder => holder.Limit == limit)];
    }

    /// <summary>Gives the rows of a range to a reader, which answers where to go on.</summary>
    private async Task ReadAsync(
        string partition, (string From, string End) range, DateTimeOffset now, Func<string, List<ReadyStage>, string> read, CancellationToken cancellationToken)
    {
        for (var from = range.From; from.Length > 0;)
        {
            var filter = $"{FilterOf(partition, (from, range.End))} and {TableRecords.From} le {now.UtcTicks}L";
            from = TableReadyScan.Stop;
            await foreach (var row in connection.Reads.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (TableScheduleKeys.TaskOf(row.RowKey) is not { } task)
                {
                    continue;
                }

                var next = read(row.RowKey, await StagesOfAsync(row, task, cancellationToken).ConfigureAwait(false));
                if (next != TableReadyScan.GoOn)
                {
                    from = next;
                    break;
                }
            }
        }
    }

    private async Task<DateTimeOffset?> NextDelayAsync(string partition, string queue, ReadyQuery query, CancellationToken cancellationToken)
    {
        var rows = connection.Reads.QueryAsync<TableEntity>(
            FilterOf(partition, TableScheduleKeys.DelaysAfter(queue, query.Now)),
            query.Kinds is null ? 1 : DelaysPerRequest,
            ["RowKey", TableRecords.Kinds],
            cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            if (query.Kinds is not { } wanted || row.GetString(TableRecords.Kinds) is not { } kinds || kinds.Split('\n').Any(wanted.Contains))
            {
                return TableScheduleKeys.MomentOf(row.RowKey);
            }
        }

        return null;
    }

    /// <summary>What the row says; where that is damaged, what the document says of the stages whose row it is.</summary>
    private async ValueTask<List<ReadyStage>> StagesOfAsync(TableEntity row, TaskId task, CancellationToken cancellationToken)
    {
        try
        {
            if (TableRecords.ReadScheduleRow(row, task) is { } json)
            {
                return [.. TableScheduleJson.ReadReady(json, task)];
            }
        }
        catch (JsonException)
        {
            // As below.
        }

        var schedule = await ReadScheduleAsync(row.PartitionKey, task, cancellationToken).ConfigureAwait(false);
        return [.. schedule.Ready.Where(ready => TableScheduleKeys.IsCrowded(row.RowKey) || TableScheduleKeys.ReadyRow(ready) == row.RowKey)];
    }

    private async ValueTask<IEnumerable<LimitHolder>> HoldersOfAsync(TableEntity row, TaskId task, CancellationToken cancellationToken)
    {
        try
        {
            if (TableRecords.ReadScheduleRow(row, task) is { } json)
            {
                return [.. TableScheduleJson.ReadHeld(json, task)];
            }
        }
        catch (JsonException)
        {
            // As below.
        }

        var schedule = await ReadScheduleAsync(row.PartitionKey, task, cancellationToken).ConfigureAwait(false);
        return schedule.Held.Where(held => TableScheduleKeys.IsCrowded(row.RowKey) || TableScheduleKeys.HeldRow(held.Limit, task) == row.RowKey);
    }

    private async Task<TaskSchedule> ReadScheduleAsync(string partition, TaskId task, CancellationToken cancellationToken)
    {
        var key = RecordKey.Of(task);
        var record = await connection.Reads
            .GetEntityIfExistsAsync<TableEntity>(partition, TableKeys.RecordRow(key), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (!record.HasValue)
        {
            return TaskSchedule.Nothing;
        }

        var document = new TaskDocument();
        document.Load(TableRecords.ToRecord(key, record.Value!).Body);
        return document.GetSchedule();
    }

    /// <summary>The first rows of the range in every partition.</summary>
    private async Task<List<TableEntity>> RowsAsync(
        (string From, string End) range, int limit, string[]? columns, CancellationToken cancellationToken)
    {
        var found = new List<TableEntity>[partitions];
        await TableConnection.EachAsync(partitions, async (number, stop) =>
        {
            var rows = found[number] = [];
            var pages = connection.Reads.QueryAsync<TableEntity>(
                FilterOf(TableKeys.Partition(number), range), Math.Min(limit, TableConnection.MaxRowsPerRequest), columns, stop);
            await foreach (var row in pages.ConfigureAwait(false))
            {
                rows.Add(row);
                if (rows.Count >= limit)
                {
                    break;
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return [.. found.SelectMany(rows => rows)];
    }

    private static string FilterOf(string partition, (string From, string End) range) =>
        $"PartitionKey eq '{partition}' and RowKey ge '{range.From}' and RowKey lt '{range.End}'";
}

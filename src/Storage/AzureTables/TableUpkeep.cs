using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Makes the rows of schedules what the records say. A program that knows no schedules writes a record without them, and leaves those of the version before; it
/// may run beside this one, or may have made the table.
/// </summary>
internal sealed class TableUpkeep(TableConnection connection, TableCommit commit, TableListed listed, int partitions)
{
    /// <summary>Records that are read and written at a time.</summary>
    private const int MaxAtOnce = 50;

    /// <summary>Goes through the table once. Returns how many records got their rows, and how many rows were taken away.</summary>
    public async Task<(int Scheduled, int Removed)> LookAsync(CancellationToken cancellationToken)
    {
        var (scheduled, removed) = (0, 0);
        for (var number = 0; number < partitions; number++)
        {
            var partition = TableKeys.Partition(number);

            // Before the records: a row that no record names which is read later is left over, unless its own ETag changes.
            var rows = await ReadRowsAsync(partition, cancellationToken).ConfigureAwait(false);
            var unnamed = new Dictionary<string, TableEntity>(rows, StringComparer.Ordinal);
            var suspects = new List<TaskId>();
            await foreach (var record in RecordsAsync(partition, cancellationToken).ConfigureAwait(false))
            {
                if (!TaskId.TryParse(record.RowKey[TableKeys.TaskPrefix.Length..], out var task, out _))
                {
                    continue;
                }

                var named = TableSchedule.Parse(record.GetString(TableRecords.Schedule)).Rows;
                if (record.GetString(TableRecords.Schedule) is null || named.Any(row => !rows.ContainsKey(row.Key)))
                {
                    suspects.Add(task);
                }

                foreach (var row in named)
                {
                    unnamed.Remove(row.Key);
                }
            }

            foreach (var some in suspects.Chunk(MaxAtOnce))
            {
                scheduled += await ScheduleAsync(partition, some, cancellationToken).ConfigureAwait(false);
            }

            removed += await RemoveAsync(partition, unnamed.Values, cancellationToken).ConfigureAwait(false);
        }

        return (scheduled, removed);
    }

    private async Task<Dictionary<string, TableEntity>> ReadRowsAsync(string partition, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        foreach (var range in TableScheduleKeys.Ranges)
        {
            await foreach (var row in ReadAsync(partition, range, ["RowKey"], cancellationToken).ConfigureAwait(false))
            {
                rows[row.RowKey] = row;
            }
        }

        return rows;
    }

    private AsyncPageable<TableEntity> RecordsAsync(string partition, CancellationToken cancellationToken) =>
        ReadAsync(partition, TableKeys.TaskRecords, ["RowKey", TableRecords.Schedule], cancellationToken);

    /// <summary>Writes the records again as they are, with their rows, unless they have them by now.</summary>
    private async Task<int> ScheduleAsync(string partition, TaskId[] tasks, CancellationToken cancellationToken)
    {
        var writes = new List<RecordWrite>();
        foreach (var key in tasks.Select(RecordKey.Of))
        {
            var found = await connection.Reads
                .GetEntityIfExistsAsync<TableEntity>(partition, TableKeys.RecordRow(key), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            if (found.HasValue && !await HasRowsAsync(partition, found.Value!, cancellationToken).ConfigureAwait(false) && Read(key, found.Value!) is { } write)
            {
                listed.Remember(key, TableRecords.ToListed(found.Value!));
                writes.Add(write);
            }
        }

        var verdicts = writes.Count == 0 ? [] : await commit.RunAsync(partition, writes).ConfigureAwait(false);
        return verdicts.OfType<WriteVerdict.Stored>().Count();
    }

    private async Task<bool> HasRowsAsync(string partition, TableEntity record, CancellationToken cancellationToken)
    {
        if (record.GetString(TableRecords.Schedule) is not { } keys)
        {
            return false;
        }

        foreach (var row in TableSchedule.Parse(keys).Rows)
        {
            var found = await connection.Reads
                .GetEntityIfExistsAsync<TableEntity>(partition, row.Key, ["RowKey"], cancellationToken)
                .ConfigureAwait(false);
            if (!found.HasValue)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Null for a record that is damaged, which is said to those who read it.</summary>
    private static RecordWrite? Read(RecordKey key, TableEntity record)
    {
        try
        {
            var stored = TableRecords.ToRecord(key, record);
            var document = new TaskDocument();
            document.Load(stored.Body);
            var summary = TableRecords.ToSummary(record) ?? document.GetSummary(document.Commit.WrittenAt);
            return new RecordWrite(key, stored.ETag, stored.Body.ToArray(), summary) { Schedule = document.GetSchedule() };
        }
        catch (Exception exception) when (exception is StoreException or JsonException)
        {
            return null;
        }
    }

    private async Task<int> RemoveAsync(string partition, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await connection.Writes
                .SendAsync([new TableOperation(TableChange.Delete, partition, row.RowKey, row.ETag.ToString(), null)])
                .ConfigureAwait(false);
            removed += answer.ETags is null ? 0 : 1;
        }

        return removed;
    }

    private AsyncPageable<TableEntity> ReadAsync(
        string partition, (string From, string End) range, string[] columns, CancellationToken cancellationToken) => connection.Reads.QueryAsync<TableEntity>(
            $"PartitionKey eq '{partition}' and RowKey ge '{range.From}' and RowKey lt '{range.End}'",
            TableConnection.MaxRowsPerRequest,
            columns,
            cancellationToken);
}

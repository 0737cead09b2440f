using Azure;
using Azure.Data.Tables;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Commits the writes of one partition in as few transactions as their bounds allow. One stale ETag fails a whole transaction, and the error says which:
/// that write gets its verdict, and the rest goes out again.
/// </summary>
internal sealed class TableCommit(TableConnection connection, TableThrottle throttle, TableListed listed)
{
    private const int MaxOperations = 100;

    /// <summary>A request may have 4 MiB.</summary>
    private const int MaxBytes = 3_600_000;

    public async Task<WriteVerdict[]> RunAsync(string partition, IReadOnlyList<RecordWrite> batch)
    {
        var verdicts = new WriteVerdict[batch.Count];
        var writes = await PrepareAsync(partition, batch, verdicts).ConfigureAwait(false);
        for (var next = 0; next < writes.Count;)
        {
            var chunk = TakeChunk(writes, ref next);
            await CommitAsync(chunk, verdicts).ConfigureAwait(false);
        }

        return verdicts;
    }

    /// <summary>Learns what the list holds of each record, and refuses what cannot be written.</summary>
    private async Task<List<TableWrite>> PrepareAsync(string partition, IReadOnlyList<RecordWrite> batch, WriteVerdict[] verdicts)
    {
        var before = await Task.WhenAll(batch.Select(write => listed.FindAsync(partition, write))).ConfigureAwait(false);
        var writes = new List<TableWrite>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (before[i].ETag != batch[i].ExpectedETag)
            {
                verdicts[i] = new WriteVerdict.Conflict(before[i].ETag);
            }
            else if (batch[i] is { Body: null, ExpectedETag: null })
            {
                verdicts[i] = WriteVerdict.Deleted;
            }
            else
            {
                try
                {
                    writes.Add(new TableWrite(i, partition, batch[i], before[i]));
                }
                catch (StoreException exception)
                {
                    verdicts[i] = new WriteVerdict.Failed(exception);
                }
            }
        }

        return writes;
    }

    private static List<TableWrite> TakeChunk(List<TableWrite> writes, ref int next)
    {
        var chunk = new List<TableWrite>();
        var (operations, bytes) = (0, 0);
        while (next < writes.Count)
        {
            operations += writes[next].Operations.Count;
            bytes += writes[next].Bytes;
            if (chunk.Count > 0 && (operations > MaxOperations || bytes > MaxBytes))
            {
                break;
            }

            chunk.Add(writes[next++]);
        }

        return chunk;
    }

    private async Task CommitAsync(List<TableWrite> chunk, WriteVerdict[] verdicts)
    {
        while (chunk.Count > 0)
        {
            try
            {
                var operations = chunk.SelectMany(write => write.Operations).ToArray();
                var responses = await throttle.RunAsync(() => SubmitAsync(operations)).ConfigureAwait(false);
                Acknowledge(chunk, responses, verdicts);
                return;
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412 && exception.ErrorCode != "TableNotFound" && FailedOperation(chunk, exception) is not null)
            {
                await TakeOutAsync(chunk, FailedOperation(chunk, exception)!.Value, verdicts).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
            {
                // Whether it took effect is not known. Those who wait read back.
                var explained = TableFaults.Explain(exception, connection.Place, chunk.Count == 1 ? $"The {chunk[0].Key} could not be stored" : $"{chunk.Count} records could not be stored");
                foreach (var write in chunk)
                {
                    listed.Forget(write.Key);
                    verdicts[write.Position] = new WriteVerdict.Failed(explained);
                }

                return;
            }
        }
    }

    /// <summary>One operation goes as itself: as a transaction it would be a request within a request, which takes the service a third longer.</summary>
    private async Task<IReadOnlyList<Response>> SubmitAsync(TableTransactionAction[] operations) => operations switch
    {
        [{ ActionType: TableTransactionActionType.Add } add] => [await connection.Writes.AddEntityAsync((TableEntity)add.Entity).ConfigureAwait(false)],
        [{ ActionType: TableTransactionActionType.UpdateReplace } update] =>
            [await connection.Writes.UpdateEntityAsync((TableEntity)update.Entity, update.ETag, TableUpdateMode.Replace).ConfigureAwait(false)],
        _ => (await connection.Writes.SubmitTransactionAsync(operations).ConfigureAwait(false)).Value,
    };

    /// <summary>Which operation the service says that it failed for; null when it does not say.</summary>
    private static int? FailedOperation(List<TableWrite> chunk, RequestFailedException exception) => exception is TableTransactionFailedException transaction
        ? transaction.FailedTransactionActionIndex
        : chunk is [{ Operations.Count: 1 }] ? 0 : null;

    private void Acknowledge(List<TableWrite> chunk, IReadOnlyList<Response> responses, WriteVerdict[] verdicts)
    {
        var operation = 0;
        foreach (var write in chunk)
        {
            var etag = write.Operations[0].ActionType == TableTransactionActionType.Delete ? null : responses[operation].Headers.ETag?.ToString();
            listed.Remember(write.Key, write.After with { ETag = etag });
            verdicts[write.Position] = new WriteVerdict.Stored(etag);
            operation += write.Operations.Count;
        }
    }

    /// <summary>The write whose operation failed gets its verdict, unless only the list was not as it was thought to be.</summary>
    private async Task TakeOutAsync(List<TableWrite> chunk, int failed, WriteVerdict[] verdicts)
    {
        foreach (var write in chunk)
        {
            if (failed >= write.Operations.Count)
            {
                failed -= write.Operations.Count;
                continue;
            }

            listed.Forget(write.Key);
            if (failed > 0)
            {
                write.LeaveOldRow();
                return;
            }

            chunk.Remove(write);
            verdicts[write.Position] = new WriteVerdict.Conflict(await listed.ReadETagAsync(write).ConfigureAwait(false));
            return;
        }

        throw new InvalidOperationException($"The service says that operation {failed} past the last one failed.");
    }
}

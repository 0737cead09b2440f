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
                    writes.Add(new TableWrite(i, partition, batch[i], before[i], batch.Count == 1));
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
            var what = chunk.Count == 1 ? $"The {chunk[0].Key} could not be stored" : $"{chunk.Count} records could not be stored";
            try
            {
                var operations = chunk.SelectMany(write => write.Operations).ToArray();
                var answer = await throttle.RunAsync(() => connection.Writes.SendAsync(operations)).ConfigureAwait(false);
                if (answer.IsConflict)
                {
                    await TakeOutAsync(chunk, answer.FailedOperation!.Value, verdicts).ConfigureAwait(false);
                    continue;
                }

                if (answer.ETags is { } etags)
                {
                    Acknowledge(chunk, etags, verdicts);
                    return;
                }

                var failure = TableFaults.Explain(answer, connection.Place, what);
                if (failure.Fault == StoreFault.Refused && chunk.Count > 1)
                {
                    // One entity is to blame, and nothing took effect. The half without it goes through, and the other is halved again.
                    var half = chunk.Count / 2;
                    await CommitAsync(chunk[..half], verdicts).ConfigureAwait(false);
                    await CommitAsync(chunk[half..], verdicts).ConfigureAwait(false);
                    return;
                }

                Fail(chunk, failure, verdicts);
                return;
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException or OperationCanceledException)
            {
                Fail(chunk, TableFaults.Explain(exception, connection.Place, what), verdicts);
                return;
            }
        }
    }

    private void Acknowledge(List<TableWrite> chunk, IReadOnlyList<string?> etags, WriteVerdict[] verdicts)
    {
        var operation = 0;
        foreach (var write in chunk)
        {
            var etag = etags[operation];
            listed.Remember(write.Key, write.After with { ETag = etag, Schedule = write.After.Schedule.WithoutBodies() });
            verdicts[write.Position] = new WriteVerdict.Stored(etag);
            operation += write.Operations.Count;
        }
    }

    /// <summary>Whether it took effect may not be known. Those who wait read back.</summary>
    private void Fail(List<TableWrite> chunk, StoreException why, WriteVerdict[] verdicts)
    {
        foreach (var write in chunk)
        {
            listed.Forget(write.Key);
            verdicts[write.Position] = new WriteVerdict.Failed(why);
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
                write.LeaveOldRow(failed);
                return;
            }

            chunk.Remove(write);
            verdicts[write.Position] = new WriteVerdict.Conflict(await listed.ReadETagAsync(write.Operations[0].Partition, write.Row).ConfigureAwait(false));
            return;
        }

        throw new InvalidOperationException($"The service says that operation {failed} past the last one failed.");
    }
}

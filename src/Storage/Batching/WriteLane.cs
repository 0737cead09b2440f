using VideoGen.Storage.Records;

namespace VideoGen.Storage.Batching;

/// <summary>The writes of one partition: one batch is under way, the rest waits in order.</summary>
internal sealed class WriteLane(IRecordBackend backend) : IThreadPoolWorkItem
{
    /// <summary>Writes of one batch.</summary>
    public const int MaxBatch = 512;

    /// <summary>Bytes of the bodies of one batch, unless its first write alone has more.</summary>
    public const int MaxBatchBytes = 16 * 1024 * 1024;

    /// <summary>Writes that may wait; the next one is refused as busy.</summary>
    public const int MaxWaiting = 65_536;

    private readonly Lock _gate = new();
    private readonly Queue<PendingWrite> _waiting = [];

    /// <summary>Older than all of <see cref="_waiting"/>: an earlier batch held a write of the same record already.</summary>
    private readonly List<PendingWrite> _heldBack = [];
    private bool _running;

    public Task<WriteVerdict> SubmitAsync(RecordWrite write)
    {
        var pending = new PendingWrite(write);
        lock (_gate)
        {
            if (_waiting.Count + _heldBack.Count >= MaxWaiting)
            {
                throw new StoreException(StoreFault.Busy, $"The {write.Key} was not stored: {MaxWaiting} writes wait already. Try again later.");
            }

            _waiting.Enqueue(pending);
            if (_running)
            {
                return pending.Task;
            }

            _running = true;
        }

        // Queued behind other work, so that more writes come to share the batch.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return pending.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            await CommitAsync(batch).ConfigureAwait(false);
        }
    }

    /// <summary>The next batch; an empty one means that nothing waits and that the lane has stopped.</summary>
    private List<PendingWrite> TakeBatch()
    {
        lock (_gate)
        {
            var batch = new Batch();
            var heldBack = _heldBack.ToArray();
            _heldBack.Clear();
            foreach (var pending in heldBack)
            {
                PlaceUnderGate(pending, batch);
            }

            while (_heldBack.Count < MaxBatch && !batch.IsFull && _waiting.TryDequeue(out var pending))
            {
                PlaceUnderGate(pending, batch);
            }

            _running = batch.Writes.Count > 0;
            return batch.Writes;
        }
    }

    private void PlaceUnderGate(PendingWrite pending, Batch batch)
    {
        if (!batch.TryAdd(pending))
        {
            _heldBack.Add(pending);
        }
    }

    private async Task CommitAsync(List<PendingWrite> batch)
    {
        try
        {
            var verdicts = await backend.CommitAsync(batch.ConvertAll(pending => pending.Write)).ConfigureAwait(false);
            for (var i = 0; i < verdicts.Length; i++)
            {
                batch[i].SetResult(verdicts[i]);
            }
        }
        catch (Exception exception) when (batch.Count > 1 && IsFaultOfAWrite(exception))
        {
            // The half without it goes through, and the other is halved again: few more commits, however many innocents there are.
            var half = batch.Count / 2;
            await CommitAsync(batch[..half]).ConfigureAwait(false);
            await CommitAsync(batch[half..]).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The callers get whatever it is; the lane goes on with the next batch.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            batch.ForEach(pending => pending.TrySetException(exception));
        }
    }

    /// <summary>
    /// Whether one write is to blame, and not the place that all of them go to: it was refused, or the program failed over it. To send such a batch again in
    /// parts is safe even where some of it took effect: a write has its effect under one ETag once, and its writer knows its own.
    /// </summary>
    private static bool IsFaultOfAWrite(Exception exception) =>
        exception is StoreException { Fault: StoreFault.Refused }
        or not (StoreException or IOException or OperationCanceledException or ObjectDisposedException);

    /// <summary>Writes of different records, within the bounds.</summary>
    private sealed class Batch
    {
        private readonly HashSet<RecordKey> _keys = [];
        private long _bytes;

        public List<PendingWrite> Writes { get; } = [];

        public bool IsFull => Writes.Count >= MaxBatch || _bytes >= MaxBatchBytes;

        public bool TryAdd(PendingWrite pending)
        {
            // A write that stays out keeps later ones of its record out as well, so that they stay in order.
            if (!_keys.Add(pending.Write.Key) || IsFull)
            {
                return false;
            }

            Writes.Add(pending);
            _bytes += pending.Write.Length;
            return true;
        }
    }
}

using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Records;

/// <summary>What a reader needs of a store.</summary>
internal interface IRecordReader : ITaskQueries, IDisposable
{
    /// <summary>Makes sure that the store can be used. Safe to repeat; every other call does it too where needed.</summary>
    /// <exception cref="StoreException">It cannot.</exception>
    Task OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>The record, or null when there is none.</summary>
    /// <exception cref="StoreException">The record is damaged, or the store failed.</exception>
    ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default);
}

/// <summary>
/// What a store must do: read one record, commit many with one verdict for each, and answer queries over the summaries. Everything else (batching, ETags as
/// Orleans means them, serialization) is the same for all stores.
/// </summary>
internal interface IRecordBackend : IRecordReader, ITaskIndex
{
    /// <summary>Records of different partitions are never in one batch; batches of different partitions are committed side by side.</summary>
    int Partitions { get; }

    /// <summary>The most that one record may hold.</summary>
    int MaxBodyBytes { get; }

    int PartitionOf(RecordKey key);

    /// <summary>
    /// Applies the writes, which are of one partition and of different records, and answers when they are durable: one verdict for each, in order. It
    /// is called for a partition again only after it returned.
    /// </summary>
    /// <exception cref="StoreException">The batch failed as a whole; it may still have taken effect.</exception>
    ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch);
}

using VideoGen.Storage.Records;

namespace VideoGen.Storage.Batching;

/// <summary>
/// Lets writes of different records that wait at the same moment go to the backend as one batch, while each keeps its own ETag and gets its own
/// verdict. There is no timer: while one batch of a partition is under way, what arrives is the next one.
/// </summary>
internal sealed class WriteBatcher
{
    private readonly IRecordBackend _backend;
    private readonly WriteLane[] _lanes;

    public WriteBatcher(IRecordBackend backend)
    {
        _backend = backend;
        _lanes = new WriteLane[backend.Partitions];
        for (var i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new WriteLane(backend);
        }
    }

    /// <summary>Answers when the write is durable, or was found not to be possible.</summary>
    /// <exception cref="StoreException">It was refused before it joined a batch, or its batch failed as a whole.</exception>
    public Task<WriteVerdict> SubmitAsync(RecordWrite write)
    {
        if (write.Length > _backend.MaxBodyBytes)
        {
            throw new StoreException(
                StoreFault.Refused,
                $"The {write.Key} would take {write.Length} bytes; {_backend.MaxBodyBytes} is the most that this store keeps of one. Nothing was stored.");
        }

        return _lanes[_backend.PartitionOf(write.Key)].SubmitAsync(write);
    }
}

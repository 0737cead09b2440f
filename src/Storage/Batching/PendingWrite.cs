using VideoGen.Storage.Records;

namespace VideoGen.Storage.Batching;

/// <summary>A write that waits for its verdict. Whoever waits goes on elsewhere, so that the batches do not wait for them.</summary>
internal sealed class PendingWrite(RecordWrite write) : TaskCompletionSource<WriteVerdict>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RecordWrite Write { get; } = write;
}

using VideoGen.Storage.Records;

namespace VideoGen.Storage.Batching;

/// <summary>A write that waits for its verdict. Its caller goes on in another thread, so that the next batch does not wait for that.</summary>
internal sealed class PendingWrite(RecordWrite write) : TaskCompletionSource<WriteVerdict>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RecordWrite Write { get; } = write;
}

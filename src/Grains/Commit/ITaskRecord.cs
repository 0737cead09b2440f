using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>One record in storage: all that the commit loop needs of a provider.</summary>
internal interface ITaskRecord
{
    /// <summary>The stored document and its ETag; an empty document and null when there is no record.</summary>
    Task<(TaskDocument Document, string? ETag)> ReadAsync();

    /// <summary>
    /// Writes the document if the record still has that ETag (null: if there is no record). After any exception the write may have happened, or may still
    /// happen.
    /// </summary>
    /// <returns>The ETag of what was written; null from a provider that gives none.</returns>
    Task<string?> WriteAsync(TaskDocument document, string? etag);
}

/// <summary>A record of any Orleans storage provider.</summary>
internal sealed class GrainStorageRecord(IGrainStorage storage, string stateName, GrainId grainId) : ITaskRecord
{
    public async Task<(TaskDocument Document, string? ETag)> ReadAsync()
    {
        var record = new GrainState<TaskDocument>(new TaskDocument());
        await storage.ReadStateAsync(stateName, grainId, record);
        return record is { RecordExists: true, State: { } document } ? (document, record.ETag) : (new TaskDocument(), record.ETag);
    }

    public async Task<string?> WriteAsync(TaskDocument document, string? etag)
    {
        var record = new GrainState<TaskDocument>(document, etag) { RecordExists = etag is not null };
        await storage.WriteStateAsync(stateName, grainId, record);
        return record.ETag;
    }
}

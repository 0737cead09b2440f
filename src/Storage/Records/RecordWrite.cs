using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Records;

/// <summary>One conditional change of one record.</summary>
/// <param name="Key">Which record.</param>
/// <param name="ExpectedETag">It must still have this ETag; null: it must not exist.</param>
/// <param name="Body">The new content, UTF-8 JSON; null to delete the record.</param>
/// <param name="Summary">What lists show of it; null for records that are in no list.</param>
internal sealed record RecordWrite(RecordKey Key, string? ExpectedETag, Utf8Rope? Body, TaskSummary? Summary)
{
    /// <summary>What queues and clocks must know of it.</summary>
    public TaskSchedule Schedule { get; init; } = TaskSchedule.Nothing;

    public int Length => Body?.Length ?? 0;
}

/// <summary>A record as it is stored.</summary>
internal readonly record struct StoredRecord(string ETag, ReadOnlyMemory<byte> Body);

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What lists read of a record, in the form of its columns. Their checksum stands beside them, since a list does not read the body that they were made of:
/// columns that were edited, or that a disk changed, are noticed.
/// </summary>
internal readonly record struct ListColumns(
    string Key,
    string Status,
    string? Pipeline,
    string Labels,
    long CreatedAt,
    bool Deleted,
    bool Owed,
    long Version,
    double Progress,
    string? CurrentStage,
    long? StartedAt,
    long? CompletedAt,
    long UpdatedAt,
    int Workers,
    long? NextDue,
    long ScheduleHash,
    long? Priority = null,
    string? Errors = null)
{
    private const string NoLabels = "{}";

    /// <param name="key">Of the record.</param>
    /// <param name="summary">What lists are to show of it.</param>
    /// <param name="nextDue">When time alone changes the task.</param>
    /// <param name="scheduleHash">The checksum of the rows of its schedule.</param>
    public static ListColumns Of(RecordKey key, TaskSummary summary, DateTimeOffset? nextDue, long scheduleHash) => new(
        key.Id,
        summary.Status.ToWireName(),
        summary.Pipeline,
        summary.Labels.Count == 0 ? NoLabels : JsonSerializer.Serialize(summary.Labels, TaskJson.Default.ImmutableSortedDictionaryStringString),
        StoredTime.ToTicks(summary.CreatedAt),
        summary.Deleted,
        summary.Owed,
        summary.Version,
        summary.Progress,
        summary.CurrentStage,
        StoredTime.ToTicks(summary.StartedAt),
        StoredTime.ToTicks(summary.CompletedAt),
        StoredTime.ToTicks(summary.UpdatedAt),
        summary.Workers,
        StoredTime.ToTicks(nextDue),
        scheduleHash,
        summary.Priority ?? 0,
        summary.Errors);

    /// <summary>Null when they are of no task.</summary>
    public TaskSummary? ToSummary()
    {
        try
        {
            return TaskId.TryParse(Key, out var id, out _) && RunStatusExtensions.TryParseWireName(Status, out var status)
                ? new TaskSummary
                {
                    TaskId = id,
                    Status = status,
                    Pipeline = Pipeline,
                    Labels = Labels == NoLabels
                        ? TaskState.NoLabels
                        : JsonSerializer.Deserialize(Labels, TaskJson.Default.ImmutableSortedDictionaryStringString)!.WithComparers(StringComparer.Ordinal),
                    CreatedAt = StoredTime.FromTicks(CreatedAt),
                    Version = Version,
                    Progress = Progress,
                    CurrentStage = CurrentStage,
                    StartedAt = StoredTime.FromTicks(StartedAt),
                    CompletedAt = StoredTime.FromTicks(CompletedAt),
                    UpdatedAt = StoredTime.FromTicks(UpdatedAt),
                    Workers = Workers,
                    Deleted = Deleted,
                    Owed = Owed,
                    Priority = (int?)Priority,
                }
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentOutOfRangeException or NullReferenceException)
        {
            return null;
        }
    }

    /// <param name="hash">Is reset; one can serve all.</param>
    public long Checksum(XxHash3 hash) => Checksum(hash, [.. FormerNumbers(), NextDue ?? long.MinValue, ScheduleHash]);

    /// <summary>Whether the checksum is that of what lists show; a program that knows no schedules wrote it, or none.</summary>
    public bool IsOfFormerProgram(long? checksum, XxHash3 hash) => checksum is null || checksum == Checksum(hash, FormerNumbers());

    private long[] FormerNumbers() =>
    [
        CreatedAt, Deleted ? 1 : 0, Owed ? 1 : 0, Version, BitConverter.DoubleToInt64Bits(Progress),
        StartedAt ?? long.MinValue, CompletedAt ?? long.MinValue, UpdatedAt, Workers,
    ];

    private long Checksum(XxHash3 hash, ReadOnlySpan<long> values)
    {
        hash.Reset();
        Append(hash, Key);
        Append(hash, Status);
        Append(hash, Pipeline);
        Append(hash, Labels);
        Append(hash, CurrentStage);
        Span<byte> numbers = stackalloc byte[values.Length * sizeof(long)];
        var next = numbers;
        foreach (var number in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(next, number);
            next = next[sizeof(long)..];
        }

        hash.Append(numbers);
        return (long)hash.GetCurrentHashAsUInt64();
    }

    private static void Append(XxHash3 hash, string? text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
        hash.Append(length);
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.State;

/// <summary>
/// One stage of a task, as it is stored. The first eight properties are the fields of the Python system's state files, in their order; what a cluster
/// needs follows, and is left out of the JSON where it says nothing. Missing maps are empty, as in <see cref="TaskState"/>.
/// </summary>
public sealed record StageState
{
    /// <summary>The key of the metadata that holds the last progress message.</summary>
    public const string MessageKey = "message";

    public required StageName Name { get; init; }

    public RunStatus Status { get; init; }

    /// <summary>0 to 1. It never falls within an attempt (T8).</summary>
    public double Progress { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>Artifact name to address.</summary>
    public ImmutableSortedDictionary<string, string> Artifacts { get; init => field = value ?? EmptyArtifacts; } = EmptyArtifacts;

    /// <summary>Values by key; <see cref="MessageKey"/> is ours, the others are the caller's.</summary>
    public ImmutableSortedDictionary<string, JsonText> Metadata { get; init => field = value ?? EmptyMetadata; } = EmptyMetadata;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StagePlan? Plan { get; init; }

    /// <summary>Attempts begun so far.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempt { get; init; }

    /// <summary>Attempts whose worker was lost; bounded on their own, so that a stage that kills its workers ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LostAttempts { get; init; }

    /// <summary>Attempts that count against the retry policy since the last explicit retry.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FailedAttempts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StageLease? Lease { get; init; }

    /// <summary>A stage that waits for its next attempt is not ready before this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>With <see cref="MessageProgress"/>, the rank of the message that shows: reports in any order end with the same one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ProgressSequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MessageProgress { get; init; }

    /// <summary>Of an attempt that reports by unit: how much of the whole each unit has done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UnitShares? Units { get; init; }

    /// <summary>Length, hash and media type of the artifacts above, where they are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, Artifact>? ArtifactDetails { get; init; }

    /// <summary>Why a person had the stage skipped; it counts as completed then, and has made nothing. Null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Skipped { get; init; }

    /// <summary>The name of the worker that completed the stage; null while none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CompletedBy { get; init; }

    /// <summary>The task whose artifacts these are copies of, since it had made them from the same; null where they were made for this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReusedFrom { get; init; }

    /// <summary>The newest attempts that did not complete the stage, at most <see cref="FormerAttempt.MaxKept"/>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<FormerAttempt>? FormerAttempts { get; init; }

    /// <summary>With <see cref="AddedCount"/>, where the stages stand that this one added when it completed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FirstAdded { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AddedCount { get; init; }

    /// <summary>Fields that a newer version wrote; they survive a round trip.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }

    public static readonly ImmutableSortedDictionary<string, string> EmptyArtifacts = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static readonly ImmutableSortedDictionary<string, JsonText> EmptyMetadata =
        ImmutableSortedDictionary.Create<string, JsonText>(StringComparer.Ordinal);

    /// <summary>The last progress message, or null.</summary>
    [JsonIgnore]
    public string? Message =>
        Metadata.TryGetValue(MessageKey, out var message) && message.ToElement() is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Tasks.State;

/// <summary>What the pipeline's definition says of a stage, pinned when the stage was added. Defaults are left out of the JSON.</summary>
public sealed record StagePlan
{
    public static StagePlan Empty { get; } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<StageName>? DependsOn { get; init; }

    public string Queue { get; init => field = value ?? StageDefinition.DefaultQueue; } = StageDefinition.DefaultQueue;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Critical { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsGroup { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryPolicy? Retry { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RunTimeout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Needs { get; init; }

    /// <summary>The limits that an attempt counts against; null for none. While the stage has a lease, it holds its slots of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<StageLimit>? Limits { get; init; }

    /// <summary>A JSON object for the stage's code; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonText? Parameters { get; init; }

    /// <summary>True for a member of a group that stands in the definition itself: no other stage added it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InDefinition { get; init; }

    public static StagePlan From(StageDefinition definition) => new()
    {
        DependsOn = definition.DependsOn.IsDefaultOrEmpty ? null : definition.DependsOn,
        Queue = definition.Queue,
        Critical = definition.Critical,
        IsGroup = definition.IsGroup,
        Retry = definition.Retry == RetryPolicy.Default ? null : definition.Retry,
        RunTimeout = definition.RunTimeout,
        Needs = definition.Needs.IsDefaultOrEmpty ? null : definition.Needs,
        Limits = definition.Limits,
        Parameters = definition.Parameters,
    };

    [JsonIgnore]
    public ImmutableArray<StageName> Dependencies => DependsOn ?? [];

    [JsonIgnore]
    public RetryPolicy RetryPolicy => Retry ?? RetryPolicy.Default;
}

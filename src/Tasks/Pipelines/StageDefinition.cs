using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.Pipelines;

/// <summary>One stage of a pipeline, as data.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.StageDefinition")]
public sealed record StageDefinition
{
    [Id(1)] private StageNames _dependsOn = new([]);

    /// <summary>A unit is the part of the work that one fan-out stage does: <c>audio_generation:scene-03</c>.</summary>
    [Id(0)] public required StageName Name { get; init; }

    /// <summary>Names of the stages whose end this one waits for.</summary>
    public ImmutableArray<StageName> DependsOn { get => _dependsOn.Names; init => _dependsOn = new StageNames(value); }

    /// <summary>The queue whose workers may take it.</summary>
    [Id(2)] public string Queue { get; init; } = DefaultQueue;

    /// <summary>When a critical stage fails for good, nothing more of the task is started and the task fails.</summary>
    [Id(3)] public bool Critical { get; init; }

    /// <summary>
    /// A group has no work of its own. Other stages add its members (<c>name:unit</c>) when they complete; its progress is their mean, and it
    /// ends when everything that it depends on and all of its members have ended.
    /// </summary>
    [Id(4)] public bool IsGroup { get; init; }

    [Id(5)] public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>The longest one attempt may run; null for no bound.</summary>
    [Id(6)] public TimeSpan? RunTimeout { get; init; }

    /// <summary>Capabilities that a worker must have, such as <c>gpu</c>.</summary>
    [Id(7)] public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>
    /// Limits that an attempt counts against, each once; null for none. It is left out of the JSON where there is none, so that the fingerprint of a
    /// definition without limits stays as it was.
    /// </summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<StageLimit>? Limits { get; init => field = value is { IsDefaultOrEmpty: false } ? value : null; }

    /// <summary>
    /// What the stage's code is given besides the task's input: a JSON object of at most <see cref="Tasks.Limits.MaxParametersLength"/> characters; null
    /// for none. Two stages of the same code differ by it.
    /// </summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonText? Parameters { get; init; }

    public const string DefaultQueue = "default";
}

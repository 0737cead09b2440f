using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.State;

/// <summary>
/// One task, as it is stored. The first fourteen properties are the fields of the state files of the Python system, with their names and in their order; what a
/// cluster needs follows. (That system is the program that this one replaces: one process, one JSON file for each task.) Plain data: every rule is in
/// <see cref="TaskTransitions"/>.
/// </summary>
/// <remarks>
/// The generated reader of JSON sets every property; a property that the text leaves out becomes null, whatever its initializer says. Lists and maps take
/// null for empty, so that documents of older programs are read.
/// </remarks>
public sealed record TaskState
{
    public required TaskId TaskId { get; init; }

    /// <summary>What the task was asked to do: an object whose members the pipeline's stages understand.</summary>
    public JsonText InputConfig { get; init => field = value == default ? JsonText.EmptyObject : value; } = JsonText.EmptyObject;

    public RunStatus Status { get; init; }

    /// <summary>The stage that was started last.</summary>
    public string? CurrentStage { get; init; }

    /// <summary>The mean of the progress of the stages; members of a group count through their group.</summary>
    public double OverallProgress { get; init; }

    public StageMap Stages { get; init => field = value ?? StageMap.Empty; } = StageMap.Empty;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public JsonText? Result { get; init; }

    /// <summary>Append only, at most <see cref="Limits.MaxMessages"/>.</summary>
    public ImmutableArray<string> Errors { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Append only, at most <see cref="Limits.MaxMessages"/>.</summary>
    public ImmutableArray<string> Warnings { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableSortedDictionary<string, JsonText> Metadata { get; init => field = value ?? StageState.EmptyMetadata; } = StageState.EmptyMetadata;

    /// <summary>Rises by one for each applied update (T3).</summary>
    public long Version { get; init; }

    /// <summary>Null for a task that its caller orchestrates: its status is the one that the caller saves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PipelineReference? Pipeline { get; init; }

    /// <summary>Null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Labels are found by their keys, letter for letter.</summary>
    public static readonly ImmutableSortedDictionary<string, string> NoLabels = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Higher goes first in the queues.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; init; }

    /// <summary>For whom the task is done; null for nobody in particular.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FairShare? FairShare { get; init; }

    /// <summary>SHA-256 of what the task was created with; tells a repeated creation from another one under the same id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentHash { get; init; }

    /// <summary>How long the task may take, from its creation and from each retry on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>When the task has taken longer than that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How long the task is kept after it finished; null for as long as the deployment says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Retention { get; init; }

    /// <summary>When a task with a pipeline was paused; null while it is not. The deadline is moved by as much when it goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Whether attempts at work go on although the task is paused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FinishesStages { get; init; }

    /// <summary>
    /// How many of the first <see cref="Errors"/> are of runs before the last retry. Errors are never taken away, so views tell them apart by this.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FormerErrors { get; init; }

    /// <summary>The same of <see cref="Warnings"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FormerWarnings { get; init; }

    /// <summary>
    /// How often a retry opened the task again or had stages done again. Until the next one, what a completed stage made stays what it is.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Retries { get; init; }

    /// <summary>The priority that the task was created with; null when it is still that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CreatedPriority { get; init; }

    /// <summary>The folder in which the one who created the task put what it begins with; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ArtifactFolder? ArtifactFolder { get; init; }

    /// <summary>Whether all of it is made for this task, whatever was made from the same before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Fresh { get; init; }

    /// <summary>The span in which the task was created, as W3C's traceparent header has it; null where nobody traced that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>
    /// What people did to the task, the oldest first; at most <see cref="PastAct.MaxKept"/>, the newest. Left out of the JSON where there is nothing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<PastAct> Acts { get; init => field = value.IsDefaultOrEmpty ? default : value; }

    /// <summary>Fields that a newer version wrote; they survive a round trip.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }

    /// <summary>The errors since the last retry.</summary>
    [JsonIgnore]
    public ImmutableArray<string> PresentErrors => Errors[Math.Clamp(FormerErrors, 0, Errors.Length)..];

    /// <summary>The warnings since the last retry.</summary>
    [JsonIgnore]
    public ImmutableArray<string> PresentWarnings => Warnings[Math.Clamp(FormerWarnings, 0, Warnings.Length)..];

    /// <summary>As in the Python system: paused or failed, with at least one completed stage.</summary>
    [JsonIgnore]
    public bool CanResume => Status is RunStatus.Paused or RunStatus.Failed && Stages.Any(stage => stage.Status == RunStatus.Completed);
}

/// <summary>The pipeline of a task, pinned when the task was created.</summary>
public sealed record PipelineReference(string Name, int DefinitionVersion);

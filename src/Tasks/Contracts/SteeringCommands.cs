using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Contracts;

/// <summary>Gives an unfinished task another place in the queues; what it offered before is offered again with it.</summary>
/// <param name="Priority">Higher goes first, from minus <see cref="Limits.MaxPriority"/> to it.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.ChangePriority")]
public sealed record ChangePriority([property: Id(0)] int Priority) : TaskCommand;

/// <summary>Skips the delay before the next attempt: what waits for its time may be started now.</summary>
/// <param name="Stage">The full name; null for every stage that waits.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StartNow")]
public sealed record StartNow([property: Id(0)] StageName? Stage = null) : TaskCommand;

/// <summary>
/// Ends a stage that is not critical as skipped, whether it waits, works or failed; a group with all of its members. It counts as completed and has made
/// nothing, so what depends on it may start, and the task can complete (<see cref="StageState.Skipped"/>).
/// </summary>
/// <param name="Stage">The full name.</param>
/// <param name="Reason">For a person; what is longer than <see cref="Limits.MaxMessageLength"/> is cut.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.SkipStage")]
public sealed record SkipStage([property: Id(0)] StageName Stage, [property: Id(1)] string? Reason = null) : TaskCommand;

/// <summary>
/// Changes what people wrote on a task, its labels and its priority, in one step. Labels may be changed in every state; the priority only where it still
/// means something, as with <see cref="ChangePriority"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("VideoGen.AmendTask")]
public sealed record AmendTask : TaskCommand
{
    /// <summary>Labels to set, by their keys; the others stay. Null for none.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Keys of labels that go, before the others are set. It is left out of the JSON where there are none.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<string> RemovedLabels { get; init => field = value.IsDefaultOrEmpty ? default : value; }

    /// <summary>The priority from now on; null leaves it.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }
}

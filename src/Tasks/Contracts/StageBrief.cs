using System.Collections.Immutable;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Contracts;

/// <summary>What the taker of a stage has to know to begin it. It comes with the lease, so that the task need not be read for it.</summary>
/// <param name="Stage">Which one.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Input">The task's <c>input_config</c>.</param>
/// <param name="Completed">What the completed stages made, in the order of the task's stages.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageBrief")]
public sealed record StageBrief(
    [property: Id(0)] StageName Stage,
    [property: Id(1)] int Attempt,
    [property: Id(2)] JsonText Input,
    [property: Id(3)] ImmutableArray<StageOutput> Completed)
{
    /// <summary>The folder in which the artifacts of the task are; null where that is not known.</summary>
    [Id(4)] public ArtifactFolder? ArtifactFolder { get; init; }

    /// <summary>Those of the stage's definition; null for none.</summary>
    [Id(5)] public JsonText? Parameters { get; init; }

    /// <summary>Whether the work is to be done even where the same was done before.</summary>
    [Id(6)] public bool Fresh { get; init; }

    /// <summary>The span in which the task was created, as W3C's traceparent header has it; null where nobody traced that.</summary>
    [Id(7)] public string? TraceParent { get; init; }

    /// <summary>For the taker of the stage that stands under this token; null when none does.</summary>
    public static StageBrief? Of(TaskState? state, long token)
    {
        if (state?.Stages.FirstOrDefault(stage => stage.Lease?.Token == token) is not { } leased)
        {
            return null;
        }

        var completed = ImmutableArray.CreateBuilder<StageOutput>();
        foreach (var stage in state.Stages)
        {
            if (stage is { Status: RunStatus.Completed, ArtifactDetails: { } details })
            {
                completed.Add(new StageOutput(stage.Name, [.. details.Values]));
            }
        }

        return new StageBrief(leased.Name, leased.Attempt, state.InputConfig, completed.ToImmutable())
        {
            ArtifactFolder = state.ArtifactFolder,
            Parameters = leased.Plan?.Parameters,
            Fresh = state.Fresh,
            TraceParent = state.TraceParent,
        };
    }

    public bool Equals(StageBrief? other) =>
        other is not null && Stage == other.Stage && Attempt == other.Attempt && Input == other.Input && Completed.SequenceEqual(other.Completed)
        && ArtifactFolder == other.ArtifactFolder && Parameters == other.Parameters && Fresh == other.Fresh
        && TraceParent == other.TraceParent;

    public override int GetHashCode() => HashCode.Combine(Stage, Attempt, Input, Completed.Length);
}

/// <summary>What a completed stage made.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Artifacts">By their names.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageOutput")]
public sealed record StageOutput([property: Id(0)] StageName Stage, [property: Id(1)] ImmutableArray<Artifact> Artifacts)
{
    public bool Equals(StageOutput? other) => other is not null && Stage == other.Stage && Artifacts.SequenceEqual(other.Artifacts);

    public override int GetHashCode() => HashCode.Combine(Stage, Artifacts.Length);
}

using System.Collections.Immutable;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Stages;

/// <summary>What a stage made. All of it becomes part of the task in one commit.</summary>
public sealed record StageResult
{
    public static StageResult Empty { get; } = new();

    public ImmutableArray<Artifact> Artifacts { get; init; } = [];

    /// <summary>Stages to add, each a member (<c>group:unit</c>) of a group of the pipeline.</summary>
    public ImmutableArray<StageDefinition> FanOut { get; init; } = [];

    /// <summary>Sentences for the person who asked for the task.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The result of the whole task, when this stage is the one that knows it.</summary>
    public JsonText? TaskResult { get; init; }
}

using System.Collections.Immutable;

namespace VideoGen.Tasks.Pipelines;

/// <summary>What a kind of task does, as data. It is validated whole before a task is created from it.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.PipelineDefinition")]
public sealed record PipelineDefinition
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Pinned in each task. Raise it when the stages change.</summary>
    [Id(1)] public int Version { get; init; } = 1;

    /// <summary>In the order in which people see them.</summary>
    [Id(2)] public required ImmutableArray<StageDefinition> Stages { get; init; }

    /// <summary>The longest that the whole task may take, from its creation on; null for no bound.</summary>
    [Id(3)] public TimeSpan? Timeout { get; init; }
}

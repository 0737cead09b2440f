using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>What is rehearsed: the tasks to create, and the workers that do their stages.</summary>
internal sealed record RehearsedPipeline
{
    /// <summary>Of which every task is another copy.</summary>
    public required CreateTask Task { get; init; }

    /// <summary>The most tasks that are unfinished at a time.</summary>
    public required int AtATime { get; init; }

    /// <summary>How long a lease of its workers holds without a sign of life.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>What the command line of its workers says of the stages that they do.</summary>
    public required ImmutableArray<string> WorkerArguments { get; init; }

    public IEnumerable<string> LimitNames =>
        Task.Pipeline!.Stages.SelectMany(stage => stage.Limits ?? []).Select(limit => limit.Name).Distinct();

    /// <summary>How long the last tasks may take when the blows are over.</summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(90) + (10 * Lease);

    /// <summary>Stages of the shape of the pipeline, whose work is simulated.</summary>
    public static RehearsedPipeline Simulated(PipelineDefinition pipeline) => new()
    {
        Task = new CreateTask(TaskId.Parse("rehearsed"), JsonText.EmptyObject, pipeline),
        AtATime = 16,
        Lease = TimeSpan.FromSeconds(2),
        WorkerArguments =
        [
            .. pipeline.Stages.Select(stage => stage.Name.Kind).Distinct().SelectMany(kind => new[] { "--kind", kind }),
            .. pipeline.Stages.Select(stage => stage.Queue).Distinct().SelectMany(queue => new[] { "--queue", queue }),
            .. pipeline.Stages.SelectMany(stage => stage.Needs).Distinct().SelectMany(need => new[] { "--capability", need }),
        ],
    };

    /// <summary>What is rehearsed when nothing is named: four stages, two of them beside each other.</summary>
    public static PipelineDefinition Sample { get; } = new()
    {
        Name = "rehearsal",
        Stages =
        [
            new StageDefinition { Name = "prepare", Critical = true },
            new StageDefinition { Name = "render:left", DependsOn = ["prepare"] },
            new StageDefinition { Name = "render:right", DependsOn = ["prepare"] },
            new StageDefinition { Name = "join", DependsOn = ["render:left", "render:right"] },
        ],
    };
}

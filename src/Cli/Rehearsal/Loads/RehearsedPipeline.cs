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

    /// <summary>Every stage of the pipeline is simulated.</summary>
    public static RehearsedPipeline Simulated(PipelineDefinition pipeline) =>
        Of(new CreateTask(TaskId.Parse("rehearsed"), JsonText.EmptyObject, pipeline), ImmutableDictionary<string, string>.Empty);

    /// <param name="task">Of which every task is another copy.</param>
    /// <param name="programs">The command of the program that does the stages of a kind; those of other kinds are simulated.</param>
    public static RehearsedPipeline Of(CreateTask task, IReadOnlyDictionary<string, string> programs)
    {
        var stages = task.Pipeline!.Stages;
        return new()
        {
            Task = task,
            AtATime = programs.Count == 0 ? 16 : 4,

            // A program takes longer to begin, and a busy machine must not take its worker for lost.
            Lease = TimeSpan.FromSeconds(programs.Count == 0 ? 2 : 6),
            WorkerArguments =
            [
                .. Options("--kind", stages.Select(stage => stage.Name.Kind).Where(kind => !programs.ContainsKey(kind))),
                .. Options("--exec", programs.Select(program => $"{program.Key}={program.Value}")),
                .. Options("--queue", stages.Select(stage => stage.Queue)),
                .. Options("--capability", stages.SelectMany(stage => stage.Needs)),
            ],
        };
    }

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

    private static IEnumerable<string> Options(string name, IEnumerable<string> values) => values.Distinct().SelectMany(value => new[] { name, value });
}

using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Client.Seed;

/// <summary>Stages that are executed together: at the same time, or one after the other. A phase begins when the one before it has ended.</summary>
/// <param name="Name">For people.</param>
/// <param name="Stages">Kinds of stages; one that is not registered is passed over, as in the seed.</param>
/// <param name="Parallel">Whether they wait for each other.</param>
public sealed record ExecutionPhase(string Name, ImmutableArray<string> Stages, bool Parallel = false)
{
    /// <summary>
    /// The seed's phases, but for one thing: there, scripts and voices are made at the same time, and the voices speak the text of before. A stage that
    /// works scene by scene has both: order within a scene, and scenes in parallel.
    /// </summary>
    public static ImmutableArray<ExecutionPhase> Default { get; } =
    [
        new("preparation", ["input_adaptation", "content_parsing"]),
        new("generation", ["script_generation", "audio_generation"]),
        new("assembly", ["video_generation"]),
        new("finalization", ["output_handling"]),
    ];

    public override string ToString() => $"{Name} ({(Parallel ? "parallel" : "sequential")}): {string.Join(", ", Stages)}";

    /// <summary>Each stage of a phase depends on the stages of the phase before it, and in a sequential phase on the stage before it.</summary>
    /// <exception cref="TaskStateException">A registered stage is in no phase.</exception>
    internal static ImmutableArray<StageDefinition> ToStages(
        IEnumerable<ExecutionPhase> phases, IReadOnlyCollection<string> registered, Func<StageName, StageDefinition> define)
    {
        var stages = ImmutableArray.CreateBuilder<StageDefinition>();
        ImmutableArray<StageName> before = [];
        foreach (var phase in phases)
        {
            var names = phase.Stages.Where(registered.Contains).Select(StageName.Parse).ToImmutableArray();
            for (var i = 0; i < names.Length; i++)
            {
                stages.Add(define(names[i]) with { DependsOn = phase.Parallel || i == 0 ? before : [names[i - 1]] });
            }

            before = names.IsEmpty ? before : phase.Parallel ? names : [names[^1]];
        }

        var missing = registered.Except(stages.Select(stage => stage.Name.Value)).ToArray();
        if (missing.Length > 0)
        {
            throw new TaskStateException($"No phase has the stage {string.Join(", ", missing)}, so it would never run. Add it to a phase.");
        }

        return stages.ToImmutable();
    }
}

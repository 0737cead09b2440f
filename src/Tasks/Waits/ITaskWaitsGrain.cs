using System.Collections.Immutable;

namespace VideoGen.Tasks.Waits;

/// <summary>A stage that waits, and why.</summary>
/// <param name="Stage">The full name.</param>
/// <param name="Obstacle">What it waits for.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageWait")]
public sealed record StageWait([property: Id(0)] StageName Stage, [property: Id(1)] StageObstacle Obstacle)
{
    /// <summary>One sentence for a person, with names and times.</summary>
    public string Sentence => Obstacle.Sentence;
}

/// <summary>Says why stages wait; use key 0. It asks the task, its queues, limits and workers, by the clock of the cluster.</summary>
[Alias("VideoGen.ITaskWaitsGrain"), GrainInterfaceType("VideoGen.ITaskWaitsGrain")]
public interface ITaskWaitsGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// The stages of the task that wait, in its order; none of a finished task, or of one that its caller orchestrates. Null when there is no such task.
    /// </summary>
    [Alias("Explain")]
    Task<ImmutableArray<StageWait>?> ExplainAsync(TaskId task);
}

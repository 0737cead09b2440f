using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Waits;

namespace VideoGen.Silo.Api;

/// <summary>The stages of a task that wait, in its order.</summary>
internal sealed record WaitList(string TaskId, ImmutableArray<WaitItem> Stages)
{
    public static WaitList Of(TaskId task, ImmutableArray<StageWait> waits) =>
        new(task.Value, [.. waits.Select(wait => new WaitItem(wait.Stage.Value, wait.Obstacle.Kind.ToWireName(), wait.Sentence))]);
}

/// <summary>Why a stage waits.</summary>
/// <param name="Reason">A short stable name, such as <c>queue_paused</c> or <c>limit_full</c>.</param>
/// <param name="Sentence">For a person, with names and times.</param>
internal sealed record WaitItem(string Stage, string Reason, string Sentence);

using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>How far a task is, as an event says it.</summary>
/// <param name="Progress">Of the task, in whole percents.</param>
/// <param name="Stage">The stage that was started last.</param>
/// <param name="StageDisplay">What people call it.</param>
/// <param name="StageProgress">In whole percents.</param>
/// <param name="Version">Of the state; also the id of the event.</param>
internal sealed record TaskProgress(
    string TaskId,
    string Status,
    int Progress,
    string? Stage,
    string? StageDisplay,
    int StageProgress,
    string? Message,
    ImmutableArray<string> Errors,
    long Version)
{
    public static TaskProgress Of(TaskState state)
    {
        var stage = state.CurrentStage is { } name && state.Stages.TryGet(name, out var current) ? current : null;
        return new TaskProgress(
            state.TaskId.Value,
            state.Status.ToWireName(),
            Percent.Of(state.OverallProgress),
            state.CurrentStage,
            state.CurrentStage is null ? null : StageTitles.Of(state.CurrentStage),
            Percent.Of(stage?.Progress ?? 0),
            stage?.Message,
            state.PresentErrors,
            state.Version);
    }
}

using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Seed;

/// <summary>How the execution of a task ended.</summary>
/// <param name="State">The task's last state.</param>
public sealed record PipelineResult(TaskState State)
{
    public bool Success => State.Status == RunStatus.Completed;

    public TaskId TaskId => State.TaskId;

    /// <summary>From the first start to the end, waits included.</summary>
    public TimeSpan Duration => State.CompletedAt - State.StartedAt ?? TimeSpan.Zero;

    public int StagesCompleted => State.CompletedStages().Count();

    public int StagesFailed => State.FailedStages().Count();

    public ImmutableArray<string> Errors => State.Errors;

    public ImmutableArray<string> Warnings => State.Warnings;
}

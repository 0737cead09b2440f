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

    /// <summary>How much faster it was than one stage after the other: the time that all stages took, each in its last attempt, over the duration.</summary>
    public double Speedup =>
        Duration > TimeSpan.Zero ? State.Stages.Sum(stage => (stage.CompletedAt - stage.StartedAt ?? TimeSpan.Zero) / Duration) : 1;

    public int StagesCompleted => State.CompletedStages().Count();

    public int StagesFailed => State.FailedStages().Count();

    /// <summary>Since the task was begun, or begun again; those of before are the first ones of its state.</summary>
    public ImmutableArray<string> Errors => State.PresentErrors;

    /// <inheritdoc cref="Errors"/>
    public ImmutableArray<string> Warnings => State.PresentWarnings;
}

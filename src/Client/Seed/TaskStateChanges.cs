using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Seed;

/// <summary>
/// What the seed's <c>TaskState</c> can do to itself, as pure functions for <see cref="TaskStateManager.UpdateAtomicAsync"/>. The rules are those of the
/// grain: an unknown stage is no error, a finished task absorbs, NaN counts as 0, progress does not go back, a failed stage has progress 0.
/// </summary>
public static class TaskStateChanges
{
    /// <summary>Adds a pending stage; nothing happens when it is there already.</summary>
    public static TaskState AddStage(this TaskState state, StageName stage) => state.After(new AddStage(stage));

    /// <summary>Starts a stage, adding it where it is missing.</summary>
    public static TaskState StartStage(this TaskState state, StageName stage, DateTimeOffset now) =>
        state.After(new StartStage(stage, null, TimeSpan.Zero), now);

    public static TaskState UpdateStageProgress(this TaskState state, StageName stage, double progress, string? message = null) =>
        state.After(new ReportProgress(stage, null, progress, message));

    public static TaskState CompleteStage(this TaskState state, StageName stage, DateTimeOffset now, IReadOnlyDictionary<string, string>? artifacts = null) =>
        state.After(new CompleteStage(stage, null) { ArtifactAddresses = StageState.EmptyArtifacts.AddRange(artifacts ?? StageState.EmptyArtifacts) }, now);

    public static TaskState FailStage(this TaskState state, StageName stage, string error, DateTimeOffset now) =>
        state.After(new FailStage(stage, null, error), now);

    /// <summary>Names in the order of the task.</summary>
    public static IEnumerable<StageName> CompletedStages(this TaskState state) =>
        state.Stages.Where(stage => stage.Status == RunStatus.Completed).Select(stage => stage.Name);

    /// <inheritdoc cref="CompletedStages"/>
    public static IEnumerable<StageName> FailedStages(this TaskState state) =>
        state.Stages.Where(stage => stage.Status == RunStatus.Failed).Select(stage => stage.Name);

    private static TaskState After(this TaskState state, TaskCommand command, DateTimeOffset now = default) =>
        TaskTransitions.Decide(state, command, new DecisionContext(now, 0, state.TaskId.Value)) switch
        {
            TaskDecision.Changed { Next: { } next } => next,
            TaskDecision.Refused refused => throw new TaskStateException(refused.Why),
            _ => state,
        };
}

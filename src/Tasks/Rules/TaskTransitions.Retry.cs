using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    private static TaskDecision Retry(TaskState state, RetryTask retry, DecisionContext context)
    {
        if (!retry.Stages.IsDefaultOrEmpty)
        {
            return RetryStages(state, retry, context);
        }

        return state.Status switch
        {
            RunStatus.Failed or RunStatus.Cancelled => Reopen(state, context),
            RunStatus.Pending or RunStatus.Running => new TaskDecision.Unchanged("The task is at work already."),
            RunStatus.Paused => TaskDecision.InvalidState("The task is paused; resume it."),
            _ => TaskDecision.InvalidState("A completed task has nothing left to do; name the stages that are to be done again."),
        };
    }

    /// <summary>
    /// The chosen stages and all that was made of what they made are done again, completed ones too. What they had added goes, since they add it anew.
    /// </summary>
    private static TaskDecision RetryStages(TaskState state, RetryTask retry, DecisionContext context)
    {
        if (state.Pipeline is null)
        {
            return TaskDecision.InvalidState("The caller of this task says what its stages do; only stages of a pipeline are retried by name.");
        }

        if (retry.Stages.FirstOrDefault(name => !state.Stages.Contains(name)) is { Value: not null } unknown)
        {
            return NoStage(unknown);
        }

        if (state.Status == RunStatus.Paused)
        {
            return TaskDecision.InvalidState("The task is paused; resume it first.");
        }

        var again = StageClosure.Of(state.Stages, retry.Stages);
        if (!state.Status.IsFinished() && state.Stages.All(stage => !again.Contains(stage) || stage is { Plan.IsGroup: true } || IsFresh(stage)))
        {
            return new TaskDecision.Unchanged("None of these stages has been begun.");
        }

        if (state.Stages.FirstOrDefault(stage => stage is { Status: RunStatus.Failed, Plan.Critical: true } && !again.Contains(stage)) is { } critical)
        {
            return TaskDecision.InvalidState($"Stage {critical.Name} is critical and failed, so nothing more of the task is started; name it too.");
        }

        if (again.Unclaimed is { } unclaimed)
        {
            return TaskDecision.InvalidState(
                $"It is not known which stage added {unclaimed}, since an older program completed that one. Retry {unclaimed} itself, or create another task.");
        }

        var stages = state.Stages.Map(stage =>
            again.Contains(stage) ? Anew(Ended(stage, FormerAttempt.Interrupted, null, context.Now))
            : stage.Status == RunStatus.Cancelled ? Reopened(stage)
            : stage);
        var next = state.Status.IsFinished() ? AtWork(state, context) : state with { Retries = state.Retries + 1 };
        return new TaskDecision.Changed(Settle(next with { Stages = stages.Without(again.IsDropped), Result = null }, context.Now));
    }

    /// <summary>The one way out of a finished state (T6): what did not complete is pending again, what completed keeps its artifacts.</summary>
    private static TaskDecision.Changed Reopen(TaskState state, DecisionContext context) => new(Settle(
        AtWork(state, context) with
        {
            Stages = state.Stages.Map(stage => stage.Status is RunStatus.Failed or RunStatus.Cancelled ? Reopened(stage) : stage),
        },
        context.Now));

    private static TaskState AtWork(TaskState state, DecisionContext context) => state with
    {
        Status = state.StartedAt is null ? RunStatus.Pending : RunStatus.Running,
        CompletedAt = null,
        Result = null,
        FormerErrors = state.Errors.Length,
        FormerWarnings = state.Warnings.Length,
        Retries = state.Retries + 1,
        Deadline = context.Wall + state.TimeLimit,
    };

    private static StageState Reopened(StageState stage) => stage with
    {
        Status = RunStatus.Pending,
        Progress = 0,
        Error = null,
        CompletedAt = null,
        NotBefore = null,
        FailedAttempts = 0,
        LostAttempts = 0,
        Units = null,
    };

    /// <summary>As if it had never been done; only the count of attempts goes on, since the names of attempts must stay different.</summary>
    private static StageState Anew(StageState stage) => Reopened(stage) with
    {
        StartedAt = null,
        Artifacts = StageState.EmptyArtifacts,
        ArtifactDetails = null,
        Metadata = stage.Metadata.Remove(StageState.MessageKey),
        MessageProgress = 0,
        ProgressSequence = 0,
        CompletedBy = null,
        ReusedFrom = null,
        Skipped = null,
        FirstAdded = 0,
        AddedCount = 0,
    };

    private static bool IsFresh(StageState stage) => stage is { Status: RunStatus.Pending, NotBefore: null, FailedAttempts: 0, LostAttempts: 0 };
}

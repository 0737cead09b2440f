using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    private const string NotSaid = "no reason was given";

    private static TaskDecision Cancel(TaskState state, DateTimeOffset now) =>
        state.Status.IsFinished()
            ? new TaskDecision.Unchanged($"The task is {state.Status.ToWireName()} already.")
            : new TaskDecision.Changed(Recalculate(NotPaused(state) with
            {
                Status = RunStatus.Cancelled,
                CompletedAt = now,
                Stages = state.Stages.Map(stage => Interrupted(stage, now)),
            }));

    private static TaskDecision Pause(TaskState state, PauseTask pause, DecisionContext context) => state.Status switch
    {
        RunStatus.Paused when state.FinishesStages && !pause.AfterStages => new TaskDecision.Changed(state with { FinishesStages = false }),
        RunStatus.Paused => new TaskDecision.Unchanged("The task is paused already."),
        RunStatus.Pending or RunStatus.Running => new TaskDecision.Changed(state with
        {
            Status = RunStatus.Paused,
            PausedAt = state.Pipeline is null ? null : context.Wall,
            FinishesStages = pause.AfterStages && state.Pipeline is not null,
        }),
        _ => TaskDecision.InvalidState($"A {state.Status.ToWireName()} task cannot be paused."),
    };

    private static TaskDecision Resume(TaskState state, DecisionContext context) => state.Status switch
    {
        RunStatus.Paused => new TaskDecision.Changed(Settle(
            NotPaused(state) with
            {
                Status = state.StartedAt is null ? RunStatus.Pending : RunStatus.Running,
                Deadline = state.PausedAt is { } pausedAt && context.Wall > pausedAt ? state.Deadline + (context.Wall - pausedAt) : state.Deadline,
            },
            context.Now)),
        RunStatus.Pending or RunStatus.Running => new TaskDecision.Unchanged("The task is not paused."),
        RunStatus.Completed => TaskDecision.InvalidState("A completed task has nothing left to do."),
        _ => Reopen(state, context),
    };

    private static TaskState NotPaused(TaskState state) => state with { PausedAt = null, FinishesStages = false };

    private static TaskDecision Change(TaskState state, ChangePriority change)
    {
        if (state.Status.IsFinished())
        {
            return TaskDecision.InvalidState($"The task is {state.Status.ToWireName()}, so it waits for nothing and keeps priority {state.Priority}.");
        }

        return change.Priority == state.Priority
            ? new TaskDecision.Unchanged($"The task has priority {state.Priority} already.")
            : new TaskDecision.Changed(state with { Priority = change.Priority, CreatedPriority = state.CreatedPriority ?? state.Priority });
    }

    private static TaskDecision Amend(TaskState state, AmendTask amend)
    {
        var before = state.Labels ?? TaskState.NoLabels;
        var labels = before.RemoveRange(amend.RemovedLabels.IsDefault ? [] : amend.RemovedLabels).SetItems(amend.Labels ?? TaskState.NoLabels);
        if (labels.Count > Limits.MaxLabels)
        {
            return TaskDecision.InvalidInput($"The task would have {labels.Count} labels; {Limits.MaxLabels} is the most.");
        }

        var amended = labels.SequenceEqual(before) ? state : state with { Labels = labels.IsEmpty ? null : labels };
        if (amend.Priority is not { } priority || priority == state.Priority)
        {
            return ReferenceEquals(amended, state)
                ? new TaskDecision.Unchanged("The task has these labels and this priority already.")
                : new TaskDecision.Changed(amended);
        }

        return Change(amended, new ChangePriority(priority));
    }

    private static TaskDecision Hasten(TaskState state, StartNow start)
    {
        if (start.Stage is { } name && !state.Stages.Contains(name))
        {
            return NoStage(name);
        }

        if (state.Status.IsFinished())
        {
            return TaskDecision.InvalidState($"The task is {state.Status.ToWireName()}; a retry does again what did not complete.");
        }

        var stages = state.Stages.Map(stage =>
            stage.NotBefore is not null && (start.Stage is null || start.Stage == stage.Name) ? stage with { NotBefore = null } : stage);
        return ReferenceEquals(stages, state.Stages)
            ? new TaskDecision.Unchanged($"{(start.Stage is null ? "No stage waits" : $"Stage {start.Stage} does not wait")} for its next attempt.")
            : new TaskDecision.Changed(state with { Stages = stages });
    }

    private static TaskDecision Skip(TaskState state, SkipStage skip, DateTimeOffset now)
    {
        if (!state.Stages.TryGet(skip.Stage, out var chosen))
        {
            return NoStage(skip.Stage);
        }

        if (state.Pipeline is null)
        {
            return TaskDecision.InvalidState("The caller of this task says what its stages do; only a stage of a pipeline can be skipped.");
        }

        if (state.Status.IsFinished())
        {
            return TaskDecision.InvalidState($"The task is {state.Status.ToWireName()}; retry it first, and skip stage {chosen.Name} then.");
        }

        if (chosen.Status == RunStatus.Completed)
        {
            return new TaskDecision.Unchanged(chosen.Skipped is null ? $"Stage {chosen.Name} is completed." : $"Stage {chosen.Name} is skipped already.");
        }

        var isGroup = chosen.Plan is { IsGroup: true };
        if (isGroup && StageReadiness.UnmetDependency(state, chosen) is { } awaited)
        {
            return TaskDecision.InvalidState($"Stage {chosen.Name} is a group, and {awaited} may still add members to it; skip it when that has ended.");
        }

        var skipped = state.Stages.Where((stage, i) =>
            stage.Status != RunStatus.Completed && (stage.Name == chosen.Name || (isGroup && state.Stages.GroupOf(i)?.Name == chosen.Name))).ToArray();
        if (skipped.FirstOrDefault(stage => IsCritical(state, stage)) is { } critical)
        {
            return TaskDecision.InvalidState(
                $"Stage {critical.Name} is critical: the task cannot go on without what it makes, so it cannot be skipped. Retry it, or cancel the task.");
        }

        var reason = MessageText.Cut(string.IsNullOrWhiteSpace(skip.Reason) ? NotSaid : skip.Reason);
        return new TaskDecision.Changed(Settle(
            state with
            {
                Stages = state.Stages.WithRange(skipped.Select(stage => Skipped(stage, reason, now))),
                Warnings = Append(state.Warnings, $"{chosen.Name}: it was skipped ({reason})."),
            },
            now));
    }

    /// <summary>Completed, so that programs which know no other end of a stage go on as well; that it made nothing is said beside it.</summary>
    private static StageState Skipped(StageState stage, string reason, DateTimeOffset now) => Ended(stage, FormerAttempt.Interrupted, null, now) with
    {
        Status = RunStatus.Completed,
        Progress = 1,
        CompletedAt = now,
        Error = null,
        Units = null,
        NotBefore = null,
        Skipped = reason,
    };

    /// <summary>A member of a critical group is as critical as the group, which fails with it.</summary>
    private static bool IsCritical(TaskState state, StageState stage) =>
        stage.Plan is { Critical: true }
        || (stage.Name.Group is { } group && state.Stages.TryGet(group, out var owner) && owner is { Plan.Critical: true });

    private static TaskDecision.Refused NoStage(StageName name) => TaskDecision.NotFound($"The task has no stage '{name}'.");
}

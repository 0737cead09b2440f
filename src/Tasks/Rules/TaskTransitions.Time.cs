using System.Globalization;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>What time alone does to a task.</summary>
public static partial class TaskTransitions
{
    /// <summary>Deadlines by the wall clock; timeouts and leases by that of the activation, which no step of the wall clock moves.</summary>
    private static TaskDecision Expire(TaskState state, CheckDeadlines check, DecisionContext context)
    {
        var now = context.Now;
        if (state.Status.IsFinished())
        {
            return StageSchedules.EndOf(state, check.Retention) <= context.Wall
                ? new TaskDecision.Changed(null)
                : new TaskDecision.Unchanged("The task is finished.");
        }

        if (state.Status != RunStatus.Paused && state.Deadline is { } deadline && deadline <= context.Wall)
        {
            return new TaskDecision.Changed(Recalculate(state with
            {
                Status = RunStatus.Failed,
                CompletedAt = now,
                Errors = Append(state.Errors, "The task took longer than its pipeline allows."),
                Stages = state.Stages.Map(stage => Interrupted(stage, now)),
            }));
        }

        var next = state;
        foreach (var stored in state.Stages)
        {
            if (stored.Lease is null)
            {
                continue;
            }

            var stage = check.AfterTakeover ? TakenOver(stored, context.Leases) : stored;
            if (stage.Plan?.RunTimeout is { } timeout && stage.StartedAt + timeout <= now)
            {
                var error = string.Create(CultureInfo.InvariantCulture, $"It ran longer than the {timeout.TotalSeconds:0.#} s that it may take.");
                next = Failed(next, stage, new FailStage(stage.Name, stored.Lease.Token, error, "timeout", Retryable: true), context);
            }
            else if (context.IsOver(stage))
            {
                next = Lost(next, stage, context);
            }
            else if (!ReferenceEquals(stage, stored))
            {
                next = next with { Stages = next.Stages.With(stage) };
            }
        }

        return ReferenceEquals(next, state) ? new TaskDecision.Unchanged("Nothing is overdue.") : new TaskDecision.Changed(Settle(next, now));
    }

    /// <summary>Counts one more activation that took the task over without a word of the holder.</summary>
    private static StageState TakenOver(StageState stage, LeaseTerms? leases) =>
        stage.Lease is { } lease && leases?.IsUnheard(stage.Name, lease) != false
            ? stage with { Lease = lease with { Takeovers = lease.Takeovers + 1 } }
            : stage;
}

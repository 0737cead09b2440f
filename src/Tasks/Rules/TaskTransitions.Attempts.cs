using System.Collections.Immutable;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>What a stage remembers of attempts that did not complete it, and how long it waits after one that ended for no fault of the stage.</summary>
public static partial class TaskTransitions
{
    /// <summary>
    /// How long a stage waits after its worker was lost. What took the worker along may still be there, and a stage that kills its workers must not go
    /// through all of them at once.
    /// </summary>
    private static readonly Backoff AfterLoss = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    /// <summary>How long a stage waits after its second hand-back in a row and each further one; after the first, another worker may have it at once.</summary>
    private static readonly Backoff AfterHandBack = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    private static TaskDecision Release(TaskState state, ReleaseStage release, DecisionContext context)
    {
        if (Objection(state, release.Stage, release.Token, context, out var stage) is { } objection)
        {
            return objection;
        }

        var released = release.Reason is { } reason ? HandedBack(state, stage, reason, context) : GivenBack(stage, context.Now);
        return new TaskDecision.Changed(Settle(state with { Stages = state.Stages.With(released) }, context.Now));
    }

    /// <summary>As if it had not been tried, since the worker could not do it. But where no worker can, they must not pass it on without end.</summary>
    private static StageState HandedBack(TaskState state, StageState stage, string reason, DecisionContext context)
    {
        var times = 1 + (stage.FormerAttempts ?? []).Reverse().TakeWhile(attempt => attempt.End == FormerAttempt.HandedBack).Count();
        return Waiting(Ended(stage, FormerAttempt.HandedBack, reason, context.Now)) with
        {
            Error = MessageText.Cut(reason),
            NotBefore = times == 1 ? null : context.Wall + AfterHandBack.After(times - 1, Draw(state.TaskId, stage)),
        };
    }

    private static StageState GivenBack(StageState stage, DateTimeOffset now) => Waiting(Ended(stage, FormerAttempt.Released, null, now));

    private static TaskState Lost(TaskState state, StageState stage, DecisionContext context)
    {
        var losses = stage.LostAttempts + 1;
        var over = Ended(stage, FormerAttempt.Lost, null, context.Now) with { LostAttempts = losses };
        if (losses > Limits.MaxLostAttempts)
        {
            var workers = over.FormerAttempts!.Value.Where(attempt => attempt.End == FormerAttempt.Lost).Select(attempt => attempt.Worker).Distinct();
            var error = $"Its worker was lost {losses} times: {string.Join(", ", workers)}.";
            return Failed(state, over, new FailStage(stage.Name, null, error, "worker.lost"), context);
        }

        var delay = AfterLoss.After(losses, Draw(state.TaskId, stage));
        return state with { Stages = state.Stages.With(Waiting(over) with { NotBefore = context.Wall + delay }) };
    }

    /// <summary>Notes who had the attempt that is over, and takes the lease away.</summary>
    private static StageState Ended(StageState stage, string end, string? why, DateTimeOffset now)
    {
        if (stage.Lease is not { } lease)
        {
            return stage;
        }

        var reason = why is null ? null : MessageText.Cut(why, FormerAttempt.MaxWhy);
        var attempt = new FormerAttempt(stage.Attempt, lease.Worker.Name, stage.StartedAt, now, end, reason);
        var former = (stage.FormerAttempts ?? []).Add(attempt);
        return stage with { Lease = null, FormerAttempts = former.Length > FormerAttempt.MaxKept ? former[^FormerAttempt.MaxKept..] : former };
    }
}

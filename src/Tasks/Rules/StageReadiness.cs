using System.Collections.Immutable;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Tasks.Rules;

/// <summary>Which stages of a pipeline may start now. Pure: read off the stored state, so it says what is owed after any crash (T9).</summary>
public static class StageReadiness
{
    /// <summary>The stages that a worker could be given, in the order of the task.</summary>
    public static IEnumerable<StageState> Ready(TaskState state, DateTimeOffset now) =>
        StageSchedules.Waiting(state).Where(stage => !(stage.NotBefore > now));

    /// <summary>Why the stage may not start; null when a worker may be given it.</summary>
    public static StageObstacle? Obstacle(TaskState state, StageState stage, DateTimeOffset now)
    {
        if (state.Status is not (RunStatus.Pending or RunStatus.Running))
        {
            return state.Status == RunStatus.Paused ? StageObstacle.TaskPaused(state.PausedAt) : StageObstacle.TaskEnded(state.Status);
        }

        if (stage.Lease is { } lease)
        {
            return StageObstacle.AtWork(lease.Worker.Name);
        }

        if (stage.Plan is { IsGroup: true })
        {
            return StageObstacle.Group();
        }

        if (stage.Status != RunStatus.Pending)
        {
            return StageObstacle.Ended(stage.Status);
        }

        if (IsAborted(state))
        {
            return StageObstacle.Aborted(state.Stages.First(critical => critical is { Status: RunStatus.Failed, Plan.Critical: true }).Name);
        }

        if (UnmetDependency(state, stage) is { } dependency)
        {
            return StageObstacle.Dependency(dependency, state.Stages.TryGet(dependency, out var awaited) ? awaited : null);
        }

        return stage.NotBefore - now is { } left && left > TimeSpan.Zero ? StageObstacle.Delay(left, stage.Error) : null;
    }

    /// <summary>The stages of a pipeline that wait and what the task alone says of each; null where a worker may be given it.</summary>
    public static IEnumerable<(StageState Stage, StageObstacle? Obstacle)> Waits(TaskState state, DateTimeOffset now) =>
        state.Pipeline is null || state.Status.IsFinished()
            ? []
            : state.Stages
                .Where(stage => stage is { Status: RunStatus.Pending, Lease: null, Plan.IsGroup: false })
                .Select(stage => (stage, Obstacle(state, stage, now)));

    /// <summary>What the task alone says of its stages that wait, for somebody who reaches no queue, worker or limit.</summary>
    public static ImmutableArray<StageWait> Explain(TaskState state, DateTimeOffset now) =>
        [.. Waits(state, now).Select(wait => new StageWait(wait.Stage.Name, wait.Obstacle ?? StageObstacle.Worker(wait.Stage.Plan!.Queue)))];

    /// <summary>How long until time alone changes the task; negative when that is overdue, and null when it does not.</summary>
    internal static TimeSpan? UntilDue(TaskState state, DecisionContext context)
    {
        if (state.Status.IsFinished())
        {
            return null;
        }

        // The time of a paused task stands still.
        var next = state.Status == RunStatus.Paused ? null : state.Deadline - context.Wall;
        foreach (var stage in StageSchedules.LeasedStages(state))
        {
            next = Shorter(next, context.UntilEndOf(stage));
            next = Shorter(next, stage.StartedAt + stage.Plan?.RunTimeout - context.Now);
        }

        return next;
    }

    /// <summary>Whether an activation that took the task over has to count that for a lease.</summary>
    internal static bool HasUnheard(TaskState state, LeaseTerms leases)
    {
        foreach (var stage in StageSchedules.LeasedStages(state))
        {
            if (stage.Lease is { } lease && !state.Status.IsFinished() && leases.IsUnheard(stage.Name, lease))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A critical stage failed for good.</summary>
    internal static bool IsAborted(TaskState state) => StageSchedules.IsAborted(state);

    /// <inheritdoc cref="StageSchedules.UnmetDependency"/>
    internal static StageName? UnmetDependency(TaskState state, StageState stage) => StageSchedules.UnmetDependency(state, stage);

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}

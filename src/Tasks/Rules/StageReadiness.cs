using System.Globalization;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>Which stages of a pipeline may start now. Pure: read off the stored state, so it says what is owed after any crash (T9).</summary>
public static class StageReadiness
{
    /// <summary>The stages that a worker could be given, in the order of the task.</summary>
    public static IEnumerable<StageState> Ready(TaskState state, DateTimeOffset now) =>
        StageSchedules.Waiting(state).Where(stage => !(stage.NotBefore > now));

    /// <summary>Why the stage may not start, for a person; null when it may.</summary>
    public static string? Obstacle(TaskState state, StageState stage, DateTimeOffset now)
    {
        if (state.Status is not (RunStatus.Pending or RunStatus.Running))
        {
            return $"The task is {state.Status.ToWireName()}.";
        }

        if (stage.Lease is { } lease)
        {
            return $"Stage {stage.Name} is being done by {lease.Worker.Name}.";
        }

        if (stage.Plan is { IsGroup: true })
        {
            return $"Stage {stage.Name} is a group; only its members are started.";
        }

        if (stage.Status != RunStatus.Pending)
        {
            return $"Stage {stage.Name} is {stage.Status.ToWireName()}.";
        }

        if (IsAborted(state))
        {
            return "A critical stage failed, so nothing more of this task is started.";
        }

        if (UnmetDependency(state, stage) is { } dependency)
        {
            return $"Stage {stage.Name} waits for {dependency}.";
        }

        return stage.NotBefore > now
            ? string.Create(CultureInfo.InvariantCulture, $"Stage {stage.Name} waits for its next attempt until {stage.NotBefore:O}.")
            : null;
    }

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

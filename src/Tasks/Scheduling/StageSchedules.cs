using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Scheduling;

/// <summary>What queues and clocks must know of a task. Pure: read off the stored state, so it says what is owed after any crash (T9).</summary>
public static class StageSchedules
{
    /// <summary>What queues and clocks must know of the task.</summary>
    public static TaskSchedule Of(TaskState state) => new(
        [.. Waiting(state).Select(stage => new ReadyStage(stage.Plan!.Queue, OfferOf(state, stage), stage.NotBefore))],
        NextDue(state))
    {
        Held = Held(state),
    };

    /// <summary>What a worker is told of a stage that waits for one.</summary>
    public static StageOffer OfferOf(TaskState state, StageState stage) =>
        new(state.TaskId, stage.Name, stage.Attempt + 1, state.Priority, state.CreatedAt, stage.Plan?.Needs ?? [])
        {
            FairShare = state.FairShare,
            Limits = stage.Plan?.Limits,
        };

    /// <summary>The first end of a delay of a stage that waits for nothing else; null when there is none.</summary>
    public static DateTimeOffset? NextDelay(TaskState state, DateTimeOffset now) =>
        Waiting(state).Where(stage => stage.NotBefore > now).Min(stage => stage.NotBefore);

    /// <summary>Whether the schedules of two states, one made of the other, have the same stages in them. False when that is not known.</summary>
    internal static bool HaveSameReady(TaskState before, TaskState after) =>
        before.Stages.Outline is { } outline
        && ReferenceEquals(outline, after.Stages.Outline)
        && MayStart(before) == MayStart(after)
        && before.Priority == after.Priority
        && before.FairShare == after.FairShare
        && before.CreatedAt == after.CreatedAt
        && before.TaskId == after.TaskId;

    /// <summary>When a finished task has been kept for long enough; null for never.</summary>
    /// <param name="state">Of the task.</param>
    /// <param name="retention">How long a task is kept that says nothing of it itself; null for ever.</param>
    internal static DateTimeOffset? EndOf(TaskState state, TimeSpan? retention)
    {
        if (!state.Status.IsFinished() || state.CompletedAt is not { } end || (state.Retention ?? retention) is not { } kept)
        {
            return null;
        }

        // Callers save what they like, so the sum may be past the end of the calendar.
        return kept < DateTimeOffset.MaxValue - end ? end + kept : DateTimeOffset.MaxValue;
    }

    /// <summary>When time alone changes the task, in the form in which it is stored; null for a task at work that its caller orchestrates.</summary>
    internal static DateTimeOffset? NextDue(TaskState state)
    {
        if (state.Status.IsFinished())
        {
            return TaskSchedule.Round(EndOf(state, retention: null));
        }

        if (state.Pipeline is null)
        {
            return null;
        }

        // The time of a paused task stands still.
        var next = state.Status == RunStatus.Paused ? null : state.Deadline;
        foreach (var position in OutlineOf(state).Leased)
        {
            var stage = state.Stages[position];
            next = Earlier(next, stage.Lease?.ExpiresAt);
            next = Earlier(next, stage.StartedAt + stage.Plan?.RunTimeout);
        }

        return TaskSchedule.Round(next);
    }

    /// <summary>The slots of limits that stages at work take.</summary>
    internal static ImmutableArray<LimitHolder> Held(TaskState state)
    {
        ImmutableArray<LimitHolder>.Builder? held = null;
        foreach (var position in OutlineOf(state).Leased)
        {
            if (state.Stages[position] is { Lease: { } lease, Plan.Limits: { } limits } stage)
            {
                held ??= ImmutableArray.CreateBuilder<LimitHolder>();
                held.AddRange(limits.Select(limit => new LimitHolder(
                    limit.Name, state.TaskId, stage.Name, lease.Worker.Name, limit.Weight, TaskSchedule.Round(lease.ExpiresAt)!.Value)));
            }
        }

        return held?.ToImmutable() ?? [];
    }

    /// <summary>Stages that a worker holds a lease on.</summary>
    internal static int Leased(TaskState state) => OutlineOf(state).Leased.Length;

    /// <inheritdoc cref="Leased"/>
    internal static IEnumerable<StageState> LeasedStages(TaskState state) => OutlineOf(state).Leased.Select(position => state.Stages[position]);

    /// <summary>A critical stage failed for good.</summary>
    internal static bool IsAborted(TaskState state)
    {
        if (state.Stages.Outline is { } known)
        {
            return known.IsAborted;
        }

        foreach (var stage in state.Stages)
        {
            if (stage is { Status: RunStatus.Failed, Plan.Critical: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first stage that this one still waits for, or null.</summary>
    /// <param name="state">Of the task.</param>
    /// <param name="stage">The one that waits.</param>
    /// <param name="besides">A stage that is taken for completed; none when it is left out.</param>
    internal static StageName? UnmetDependency(TaskState state, StageState stage, StageName besides = default)
    {
        foreach (var name in stage.Plan?.Dependencies ?? [])
        {
            if (name != besides
                && (!state.Stages.TryGet(name, out var dependency)
                    || (dependency.Status != RunStatus.Completed && dependency is not { Status: RunStatus.Failed, Plan.Critical: false })))
            {
                return name;
            }
        }

        return null;
    }

    private static bool MayStart(TaskState state) => state is { Pipeline: not null, Status: RunStatus.Pending or RunStatus.Running };

    /// <summary>The stages that may start as soon as their delay is over.</summary>
    internal static IEnumerable<StageState> Waiting(TaskState state) =>
        MayStart(state) && OutlineOf(state) is { IsAborted: false } outline ? outline.Waiting.Select(position => state.Stages[position]) : [];

    private static StageOutline OutlineOf(TaskState state)
    {
        if (state.Stages.Outline is { } known)
        {
            return known;
        }

        var waiting = ImmutableArray.CreateBuilder<int>();
        var leased = ImmutableArray.CreateBuilder<int>();
        var isAborted = false;
        for (var position = 0; position < state.Stages.Count; position++)
        {
            var stage = state.Stages[position];
            isAborted |= stage is { Status: RunStatus.Failed, Plan.Critical: true };
            if (stage.Lease is not null)
            {
                leased.Add(position);
            }
            else if (stage is { Status: RunStatus.Pending, Plan.IsGroup: false } && UnmetDependency(state, stage) is null)
            {
                waiting.Add(position);
            }
        }

        return state.Stages.Outline = new StageOutline(waiting.ToImmutable(), leased.ToImmutable(), isAborted);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}

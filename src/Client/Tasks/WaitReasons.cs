using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Tasks;

/// <summary>Why a stage waits.</summary>
/// <param name="Stage">The full name.</param>
/// <param name="Reason">One sentence for a person, with names and times.</param>
public sealed record StageWait(StageName Stage, string Reason);

/// <summary>Says of each stage of a task that waits what it waits for: the task itself, its queue, a limit, or a worker.</summary>
/// <param name="grains">Reaches the queues, limits and workers of the cluster.</param>
/// <param name="time">The clock of delays.</param>
public sealed class WaitReasons(IGrainFactory grains, TimeProvider time)
{
    /// <summary>Holders of a limit that a sentence names.</summary>
    private const int MaxNamed = 3;

    /// <summary>The stages that wait, in the order of the task; of a finished task none does.</summary>
    public async Task<ImmutableArray<StageWait>> ExplainAsync(TaskState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Pipeline is null || state.Status.IsFinished())
        {
            return [];
        }

        var waits = ImmutableArray.CreateBuilder<StageWait>();
        foreach (var stage in state.Stages.Where(stage => stage is { Status: RunStatus.Pending, Lease: null, Plan.IsGroup: false }))
        {
            waits.Add(new StageWait(stage.Name, OfTask(state, stage) ?? await OfClusterAsync(stage).ConfigureAwait(false)));
        }

        return waits.ToImmutable();
    }

    /// <summary>What the task alone says; null when the stage could be started.</summary>
    private string? OfTask(TaskState state, StageState stage)
    {
        var now = time.GetUtcNow();
        var obstacle = StageReadiness.Obstacle(state, stage, now);
        return obstacle is not null && stage.NotBefore > now && StageReadiness.Obstacle(state, stage with { NotBefore = null }, now) is null
            ? string.Create(
                CultureInfo.InvariantCulture, $"Tries again in {(stage.NotBefore.Value - now).TotalSeconds:0} s after: {stage.Error ?? "a lost attempt"}")
            : obstacle;
    }

    private async Task<string> OfClusterAsync(StageState stage)
    {
        var plan = stage.Plan!;
        var queue = await grains.GetGrain<IStageQueueGrain>(plan.Queue).InspectAsync().ConfigureAwait(false);
        if (queue.Pause is { } pause)
        {
            return $"The {pause}.";
        }

        var workers = await grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync().ConfigureAwait(false);
        var able = workers.Where(worker => worker.Report.Queues.Contains(plan.Queue) && CanDo(worker.Report.Profile, stage)).ToList();
        if (able.Count == 0)
        {
            var needs = plan.Needs is { IsEmpty: false } capabilities ? $" with {string.Join(" and ", capabilities)}" : "";
            return $"No worker of queue {plan.Queue}{needs} does {stage.Name.Kind}; {workers.Length} workers are alive.";
        }

        foreach (var limit in plan.Limits ?? [])
        {
            if (OfLimit(await grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync().ConfigureAwait(false), limit) is { } taken)
            {
                return taken;
            }
        }

        var busy = able.Sum(worker => worker.Report.Stages.Length);
        return $"Waits in queue {plan.Queue} with {queue.Offers}{(queue.MoreWait ? " and more" : "")} others for one of {able.Count} workers, "
            + $"which do {busy} stages in {able.Sum(worker => worker.Report.Slots)} slots.";
    }

    private static string? OfLimit(LimitStatus status, StageLimit limit)
    {
        if (status.RestsUntil is { } rest)
        {
            return $"Limit {limit.Name} rests until {Time(rest)}: {status.RestReason}";
        }

        if (status.Definition?.MaxConcurrent is { } most && status.Used + Math.Min(limit.Weight, most) > most)
        {
            var named = status.Holders.Take(MaxNamed).Select(use => $"{use.Task}/{use.Stage} on {use.Worker}").ToList();
            var more = status.Holders.Length - named.Count;
            return $"Waits for limit {limit.Name}, {status.Used} of {most} taken by "
                + (named.Count == 0 ? "attempts that are about to start." : $"{string.Join(", ", named)}{(more > 0 ? $" and {more} more" : "")}.");
        }

        return status.Definition?.Rate is { } rate && status.NextAt is { } next
            ? $"Waits for limit {limit.Name}, which allows {rate}: the next one may start at {Time(next)}."
            : null;
    }

    private static bool CanDo(WorkerProfile profile, StageState stage) =>
        profile.Kinds.Contains(stage.Name.Kind) && (stage.Plan!.Needs ?? []).All(need => profile.Capabilities.Contains(need));

    private static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Queries;

/// <summary>
/// Says of each stage of a task that waits what it waits for: the task itself, its queue, a worker, a limit, or its turn. Of several obstacles it is the one
/// that a person can do most about.
/// </summary>
internal sealed class WaitReasons(IGrainFactory grains, TimeProvider time)
{
    /// <summary>The stages that wait, in the order of the task; of a finished task none does.</summary>
    public async Task<ImmutableArray<StageWait>> ExplainAsync(TaskState state)
    {
        var waits = StageReadiness.Waits(state, time.GetUtcNow()).ToList();
        var found = new Dictionary<StageName, StageObstacle>();
        foreach (var alike in waits.Where(wait => wait.Obstacle is null).Select(wait => wait.Stage).GroupBy(stage => new Wish(stage)))
        {
            var stages = alike.ToList();
            foreach (var (stage, obstacle) in stages.Zip(await ExplainAsync(state, stages)))
            {
                found.Add(stage.Name, obstacle);
            }
        }

        return [.. waits.Select(wait => new StageWait(wait.Stage.Name, wait.Obstacle ?? found[wait.Stage.Name]))];
    }

    /// <summary>Of stages that ask for the same.</summary>
    private async Task<IEnumerable<StageObstacle>> ExplainAsync(TaskState state, List<StageState> stages)
    {
        var plan = stages[0].Plan!;
        var queue = grains.GetGrain<IStageQueueGrain>(plan.Queue);
        if ((await queue.InspectAsync()).Pause is { } pause)
        {
            return stages.Select(_ => StageObstacle.QueuePaused(pause));
        }

        var registry = grains.GetGrain<IWorkerRegistryGrain>(0);
        var workers = await registry.ListAsync();
        var able = workers.Where(worker => worker.Report.Queues.Contains(plan.Queue) && CanDo(worker.Report.Profile, stages[0])).ToList();
        if (able.Count == 0)
        {
            var (kind, needs) = (stages[0].Name.Kind, plan.Needs ?? []);
            var absence = await registry.FindAbsenceAsync(plan.Queue, kind, needs);
            var problem = ProblemOf([.. workers.Where(worker => worker.Report.Queues.Contains(plan.Queue))], kind);
            return stages.Select(_ => StageObstacle.NoWorker(plan.Queue, kind, needs, (absence.Since, absence.Last), workers.Length, problem));
        }

        var taking = able.Where(worker => !worker.Report.IsDraining && !worker.IsToldToDrain).ToList();
        if (taking.Count == 0)
        {
            var names = able.Select(worker => worker.Report.Profile.Worker.Name).ToList();
            return stages.Select(_ => StageObstacle.WorkersDrain(plan.Queue, stages[0].Name.Kind, names));
        }

        var offers = stages.Select(stage => StageSchedules.OfferOf(state, stage)).ToImmutableArray();
        var places = await queue.FindPlacesAsync(offers, [.. taking.Select(worker => worker.Report.Profile).DistinctBy(ProfileKey)]);
        var limit = await OfLimitsAsync(plan.Limits);
        return stages.Zip(places, (stage, place) => place.IsHandedOut ? StageObstacle.HandedOut(plan.Queue) : limit ?? OfTurn(stage, place, taking));
    }

    private async Task<StageObstacle?> OfLimitsAsync(ImmutableArray<StageLimit>? limits)
    {
        foreach (var limit in limits ?? [])
        {
            if (await grains.GetGrain<ILimitGrain>(limit.Name).ExplainAsync(limit.Weight) is { } obstacle)
            {
                return obstacle;
            }
        }

        return null;
    }

    internal static StageObstacle OfTurn(StageState stage, QueuePlace place, List<WorkerStatus> workers)
    {
        if (stage.LostAttempts >= Limits.LostAttemptsBeforeAlone && workers.All(worker => worker.Report.Stages.Length > 0))
        {
            return StageObstacle.Alone(stage.LostAttempts);
        }

        return place is { IsHere: false, IsExact: true }
            ? StageObstacle.OnItsWay(stage.Plan!.Queue)
            : StageObstacle.Turn(
                stage.Plan!.Queue,
                place.Ahead,
                place.IsExact,
                workers.Count,
                workers.Sum(worker => worker.Report.Stages.Length),
                workers.Sum(worker => worker.Report.Slots));
    }

    /// <summary>Of a worker that has the code for the kind and lacks what it needs; else of any.</summary>
    private static string? ProblemOf(List<WorkerStatus> workers, string kind) =>
        workers.SelectMany(worker => (worker.Report.Lacks ?? [])
            .Where(lack => lack.Kind == kind)
            .Select(lack => $"{worker.Report.Profile.Worker.Name} takes none: {lack.Reason}")).FirstOrDefault()
        ?? workers.SelectMany(worker => worker.Report.Problems).FirstOrDefault();

    private static bool CanDo(WorkerProfile profile, StageState stage) =>
        profile.Kinds.Contains(stage.Name.Kind) && (stage.Plan!.Needs ?? []).All(need => profile.Capabilities.Contains(need));

    private static string ProfileKey(WorkerProfile profile) => $"{string.Join('\n', profile.Kinds)}\r{string.Join('\n', profile.Capabilities)}";

    /// <summary>What a stage asks of the cluster, as one text for each part.</summary>
    private readonly record struct Wish(string Queue, string Kind, string Needs, string Limits)
    {
        public Wish(StageState stage)
            : this(
                stage.Plan!.Queue,
                stage.Name.Kind,
                string.Join('\n', stage.Plan.Needs ?? []),
                string.Join('\n', (stage.Plan.Limits ?? []).Select(limit => $"{limit.Name}*{limit.Weight}")))
        {
        }
    }
}

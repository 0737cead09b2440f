using System.Collections.Immutable;
using VideoGen.Tasks.Queries;

namespace VideoGen.Tasks.Workers;

/// <summary>How much work waits for some kind of worker, and how many slots would keep the wait near a target. Pure.</summary>
/// <param name="Ready">Stages that wait for a worker, those included whose delay after a failure is not over.</param>
/// <param name="Running">Stages that workers do now.</param>
/// <param name="OldestWait">An upper bound of the longest wait: the age of the oldest task that has a waiting stage.</param>
/// <param name="Median">How long such a stage took lately; null when that is not known.</param>
/// <param name="Desired">Slots, never fewer than are at work: those and what empties the queue within the target, if stages take as long as they did.</param>
public sealed record WorkerDemand(long Ready, int Running, TimeSpan OldestWait, TimeSpan? Median, long Desired)
{
    /// <param name="ready">What waits.</param>
    /// <param name="workers">Those that are alive.</param>
    /// <param name="durations">How long stages took lately.</param>
    /// <param name="kind">Only stages of this kind; null for all.</param>
    /// <param name="capability">Only stages that need it, and workers that have it; null for all.</param>
    /// <param name="target">How long a stage may wait.</param>
    /// <param name="now">By the registry's clock.</param>
    public static WorkerDemand Of(
        ImmutableArray<ReadyCount> ready,
        ImmutableArray<WorkerStatus> workers,
        ImmutableArray<KindDuration> durations,
        string? kind,
        string? capability,
        TimeSpan target,
        DateTimeOffset now)
    {
        var waiting = ready.Where(count => (kind is null || count.Kind == kind) && (capability is null || count.Needs.Contains(capability))).ToList();
        var running = workers
            .Where(worker => capability is null || worker.Report.Profile.Capabilities.Contains(capability))
            .Sum(worker => worker.Report.Stages.Count(stage => kind is null || stage.Stage.Kind == kind));

        // Of a kind that nobody has done yet a stage counts as one that fills its slot for as long as the target.
        var work = waiting.Sum(count => count.Count * (DurationOf(count.Kind) ?? target).TotalSeconds);
        return new WorkerDemand(
            waiting.Sum(count => count.Count),
            running,
            waiting.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (now - waiting.Min(count => count.Oldest)).Ticks)),
            Typical(),
            running + (long)Math.Ceiling(work / target.TotalSeconds));

        TimeSpan? DurationOf(string name) => durations.FirstOrDefault(duration => duration.Kind == name)?.Median;

        // Of several kinds, the mean of their medians by how many wait; when none waits, by how many were done.
        TimeSpan? Typical()
        {
            var weighed = waiting
                .Where(count => DurationOf(count.Kind) is not null)
                .Select(count => (Seconds: DurationOf(count.Kind)!.Value.TotalSeconds, Weight: (double)count.Count))
                .ToList();
            if (weighed.Count == 0)
            {
                weighed = [.. durations.Where(duration => kind is null || duration.Kind == kind).Select(one => (one.Median.TotalSeconds, (double)one.Count))];
            }

            return weighed.Sum(item => item.Weight) is > 0 and var sum ? TimeSpan.FromSeconds(weighed.Sum(item => item.Seconds * item.Weight) / sum) : null;
        }
    }
}

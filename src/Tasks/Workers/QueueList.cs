using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;

namespace VideoGen.Tasks.Workers;

/// <summary>The queues in which something waits, that a worker serves or for which something is set.</summary>
/// <param name="Queues">By name.</param>
/// <param name="LeftOut">How many more there are in which something waits, but less than in these.</param>
public sealed record QueueList(ImmutableArray<QueueSummary> Queues, int LeftOut)
{
    /// <summary>Asks a cluster for its queues.</summary>
    /// <exception cref="NotSupportedException">The cluster's storage keeps no list of what waits.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    public static async Task<QueueList> ReadAsync(IGrainFactory grains, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentNullException.ThrowIfNull(time);
        var waiting = await grains.GetGrain<ITaskIndexGrain>(0).CountWaitingAsync(null);
        var settings = await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
        var workers = await grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync();
        return Of(waiting, settings, workers, time.GetUtcNow());
    }

    /// <param name="waiting">What waits.</param>
    /// <param name="settings">What operators have set.</param>
    /// <param name="workers">Those that are alive.</param>
    /// <param name="now">A pause that is over by then is none.</param>
    public static QueueList Of(QueueCounts waiting, ClusterSettings settings, ImmutableArray<WorkerStatus> workers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        ArgumentNullException.ThrowIfNull(settings);
        var counts = waiting.Queues.ToDictionary(count => count.Queue, StringComparer.Ordinal);
        var served = workers
            .SelectMany(worker => worker.Report.Queues.Distinct(StringComparer.Ordinal))
            .CountBy(queue => queue, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var pauses = settings.Pauses.Values.Where(pause => pause.HoldsAt(now)).ToDictionary(pause => pause.Queue, StringComparer.Ordinal);
        var names = counts.Keys
            .Concat(served.Keys)
            .Concat(pauses.Keys)
            .Concat(settings.Backlogs?.Keys ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new QueueList(
            [
                .. names.Select(name => new QueueSummary(
                    name,
                    counts.GetValueOrDefault(name)?.Waiting ?? 0,
                    counts.GetValueOrDefault(name)?.Oldest,
                    served.GetValueOrDefault(name),
                    pauses.GetValueOrDefault(name),
                    settings.Backlogs?.GetValueOrDefault(name) is > 0 and var most ? most : QueueBacklog.Usual)),
            ],
            waiting.LeftOut);
    }
}

/// <summary>How a queue stands.</summary>
/// <param name="Name">As stages name it.</param>
/// <param name="Waiting">Stages that wait for a worker, those included whose delay after a failure is not over.</param>
/// <param name="Oldest">When the oldest of their tasks was created; null when none waits.</param>
/// <param name="Workers">How many that are alive take stages from it.</param>
/// <param name="Pause">Null when it is not paused.</param>
/// <param name="Most">With so many stages that wait, no new tasks are taken.</param>
public sealed record QueueSummary(string Name, long Waiting, DateTimeOffset? Oldest, int Workers, QueuePause? Pause, int Most);

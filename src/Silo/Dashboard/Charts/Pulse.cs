using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.Charts;

/// <summary>How the cluster stood at a moment.</summary>
/// <param name="At">When.</param>
/// <param name="Completed">Tasks that are completed.</param>
/// <param name="Failed">Tasks that have failed.</param>
/// <param name="Slots">Stages that workers do at a time.</param>
/// <param name="Busy">Stages that they do.</param>
/// <param name="Oldest">The age of the oldest task that has a waiting stage.</param>
/// <param name="Queues">Waiting stages by queue.</param>
/// <param name="Medians">How long stages of a kind took lately.</param>
internal sealed record PulseSample(
    DateTimeOffset At,
    long Completed,
    long Failed,
    int Slots,
    int Busy,
    TimeSpan Oldest,
    ImmutableArray<(string Queue, long Waiting)> Queues,
    ImmutableArray<(string Kind, TimeSpan Median)> Medians)
{
    public long Waiting => Queues.Sum(queue => queue.Waiting);

    public long WaitingIn(string queue) => Queues.FirstOrDefault(one => one.Queue == queue).Waiting;
}

/// <summary>Looks at the cluster every few seconds and remembers it for some hours, in the memory of this silo alone.</summary>
internal sealed partial class Pulse(ITaskIndex index, IGrainFactory grains, TimeProvider time, ILogger<Pulse> logger) : BackgroundService
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(6);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>A look that takes long is taken less often: this many times as long as it took lies between two.</summary>
    private const int PausePerLook = 50;

    private const int MaxQueues = 20;

    private const int MaxKinds = 12;

    private static readonly int MaxSamples = (int)(Kept / Interval);

    private readonly Lock _gate = new();
    private readonly Queue<PulseSample> _samples = new();

    /// <summary>The oldest first.</summary>
    public ImmutableArray<PulseSample> Samples
    {
        get
        {
            lock (_gate)
            {
                return [.. _samples];
            }
        }
    }

    public void Add(PulseSample sample)
    {
        lock (_gate)
        {
            _samples.Enqueue(sample);
            while (_samples.Count > MaxSamples)
            {
                _samples.Dequeue();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                Add(await LookAsync(stoppingToken));
            }
#pragma warning disable CA1031 // A chart has a gap where the cluster could not be asked.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogLookFailed(exception.Message);
            }

            var pause = time.GetElapsedTime(started) * PausePerLook;
            await Task.Delay(pause > Interval ? pause : Interval, time, stoppingToken);
        }
    }

    private async Task<PulseSample> LookAsync(CancellationToken cancellationToken)
    {
        var counts = await index.CountAsync(new TaskQuery(), cancellationToken);
        var ready = index.KeepsSchedules ? QueueCounts.Of(await index.CountReadyAsync(null, cancellationToken)).Queues : [];
        var registry = grains.GetGrain<IWorkerRegistryGrain>(0);
        var workers = await registry.ListAsync();
        var durations = await registry.ListDurationsAsync();
        var now = time.GetUtcNow();
        return new PulseSample(
            now,
            counts.ByStatus.GetValueOrDefault(RunStatus.Completed),
            counts.ByStatus.GetValueOrDefault(RunStatus.Failed),
            workers.Sum(worker => worker.Report.Slots),
            workers.Sum(worker => worker.Report.Stages.Length),
            ready.IsEmpty ? TimeSpan.Zero : now - ready.Min(queue => queue.Oldest),
            [.. ready.OrderByDescending(queue => queue.Waiting).Take(MaxQueues).Select(queue => (queue.Queue, queue.Waiting))],
            [.. durations.OrderByDescending(kind => kind.Count).Take(MaxKinds).Select(kind => (kind.Kind, kind.Median))]);
    }

    [LoggerMessage(1, LogLevel.Debug, "The cluster could not be looked at for the charts: {Problem}")]
    private partial void LogLookFailed(string problem);
}

using System.Collections.Immutable;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// The workers that this silo hears over HTTP, and what they hold. It tells the registry of them, as workers of the cluster do themselves, and hears which are
/// to drain. It is memory: what is not known is asked of the task.
/// </summary>
internal sealed partial class RemoteWorkers(IGrainFactory grains, TimeProvider time, ILogger<RemoteWorkers> logger) : BackgroundService
{
    /// <summary>Workers that are known; the next is served all the same, and not listed.</summary>
    private const int MaxWorkers = 10_000;

    /// <summary>Leases that are known; of others the task is asked each time.</summary>
    private const int MaxLeases = 100_000;

    private const string Version = "http";

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, RemoteWorker> _workers = [];
    private readonly Dictionary<LeaseKey, HeldOverHttp> _leases = [];

    /// <summary>A worker asked for stages. Whether it is to take nothing more.</summary>
    public async Task<bool> HearAsync(WorkerProfile profile, ImmutableArray<string> queues, int slots)
    {
        RemoteWorker? worker;
        lock (_gate)
        {
            if (!_workers.TryGetValue(profile.Worker, out worker))
            {
                if (_workers.Count >= MaxWorkers)
                {
                    return false;
                }

                _workers.Add(profile.Worker, worker = new RemoteWorker(time.GetUtcNow()));
            }

            worker.Profile = profile;
            worker.Queues = queues;
            worker.Slots = slots;
            worker.HeardAt = time.GetUtcNow();
            if (worker.ReportedAt + IWorkerRegistryGrain.ReportInterval > worker.HeardAt)
            {
                return worker.IsDraining;
            }
        }

        await ReportAsync(worker);
        return worker.IsDraining;
    }

    /// <summary>Remembers a lease that is known to be the worker's.</summary>
    public HeldOverHttp Hold(LeaseKey key, string worker, TimeSpan duration)
    {
        var now = time.GetUtcNow();
        var held = new HeldOverHttp(worker, duration, now) { EndsAt = now + duration };
        lock (_gate)
        {
            if (_leases.Count < MaxLeases)
            {
                _leases[key] = held;
            }
        }

        return held;
    }

    public HeldOverHttp? Find(LeaseKey key)
    {
        lock (_gate)
        {
            return _leases.GetValueOrDefault(key);
        }
    }

    /// <summary>The lease was renewed. Whether its holder is to take nothing more.</summary>
    public bool Renew(LeaseKey key, HeldOverHttp held)
    {
        lock (_gate)
        {
            held.EndsAt = time.GetUtcNow() + held.Duration;
            return _workers.TryGetValue(new WorkerId(held.Worker, key.Incarnation), out var worker) && worker.IsDraining;
        }
    }

    /// <summary>The attempt is over.</summary>
    public void End(LeaseKey key, bool isCompleted)
    {
        lock (_gate)
        {
            if (_leases.Remove(key, out var held) && isCompleted
                && _workers.TryGetValue(new WorkerId(held.Worker, key.Incarnation), out var worker) && worker.Ended.Count < WorkerReport.MaxEntries)
            {
                worker.Ended.Add(new EndedStage(key.Stage.Kind, time.GetUtcNow() - held.Since));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IWorkerRegistryGrain.ReportInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var worker in Sweep())
            {
                await ReportAsync(worker);
            }
        }
    }

    /// <summary>Forgets what has run out. The workers that are still heard, or hold something.</summary>
    private List<RemoteWorker> Sweep()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var (key, held) in _leases)
            {
                if (held.EndsAt <= now)
                {
                    _leases.Remove(key);
                }
            }

            var holders = _leases.Select(lease => new WorkerId(lease.Value.Worker, lease.Key.Incarnation)).ToHashSet();
            foreach (var (id, worker) in _workers)
            {
                if (worker.HeardAt + IWorkerRegistryGrain.ForgetAfter < now && !holders.Contains(id))
                {
                    _workers.Remove(id);
                }
            }

            return [.. _workers.Values];
        }
    }

    private async Task ReportAsync(RemoteWorker worker)
    {
        WorkerReport report;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            worker.ReportedAt = now;
            var id = worker.Profile!.Worker;
            var stages = _leases.Where(lease => lease.Key.Incarnation == id.Incarnation && lease.Value.Worker == id.Name)
                .Take(WorkerReport.MaxEntries).Select(lease => new WorkerStage(lease.Key.Task, lease.Key.Stage, now - lease.Value.Since)).ToImmutableArray();
            report = new WorkerReport(worker.Profile, Version, Math.Min(WorkerReport.MaxEntries, worker.Slots + stages.Length), worker.Queues, stages)
            {
                Up = now - worker.Since,
                IsDraining = worker.IsDraining,
                Ended = [.. worker.Ended],
            };
            worker.Ended.Clear();
        }

        try
        {
            var orders = await grains.GetGrain<IWorkerRegistryGrain>(0).ReportAsync(report);
            worker.IsDraining |= orders.Drain;
        }
#pragma warning disable CA1031 // A worker works whether or not the registry hears of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotHeard(worker.Profile!.Worker.Name, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The report of worker {Name}, which is heard over HTTP, was not taken ({Problem}); it is repeated.")]
    private partial void LogNotHeard(string name, string problem);

    private sealed class RemoteWorker(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        public WorkerProfile? Profile { get; set; }

        public ImmutableArray<string> Queues { get; set; } = [];

        public int Slots { get; set; }

        public DateTimeOffset HeardAt { get; set; }

        public DateTimeOffset ReportedAt { get; set; }

        public bool IsDraining { get; set; }

        public List<EndedStage> Ended { get; } = [];
    }
}

/// <summary>A lease that is known to be the worker's who shows it.</summary>
internal sealed class HeldOverHttp(string worker, TimeSpan duration, DateTimeOffset since)
{
    private long _sequence;

    public string Worker => worker;

    public TimeSpan Duration => duration;

    public DateTimeOffset Since => since;

    public DateTimeOffset EndsAt { get; set; }

    /// <summary>The number of a report that says none: higher than those before, and by the clock, so that another silo goes on from it.</summary>
    public long NextSequence(DateTimeOffset now)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _sequence);
            var next = Math.Max(last + 1, now.ToUnixTimeMilliseconds());
            if (Interlocked.CompareExchange(ref _sequence, next, last) == last)
            {
                return next;
            }
        }
    }
}

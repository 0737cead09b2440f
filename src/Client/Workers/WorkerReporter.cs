using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Workers;

/// <summary>Tells the cluster every few seconds how the worker is, and whenever that changes; and hears whether it is to drain.</summary>
internal sealed partial class WorkerReporter(
    IGrainFactory grains, WorkerProfile profile, StageWorkerOptions options, WorkerLoad load, TimeProvider time, ILogger logger)
{
    /// <summary>Changes that follow each other within this time are told together.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer is waited for; the worker does not need it.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long the last report may hold up the end of the worker.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(1);

    private static readonly string Version = VersionOf(Assembly.GetEntryAssembly());

    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentQueue<EndedStage> _ended = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called when the worker is to take nothing more. It may be called again.</summary>
    public required Action Drain { private get; init; }

    /// <summary>What is said of a worker besides what it holds.</summary>
    public required Func<WorkerReport, WorkerReport> Complete { private get; init; }

    private IWorkerRegistryGrain Registry => grains.GetGrain<IWorkerRegistryGrain>(0);

    public void Note(EndedStage ended)
    {
        if (_ended.Count < WorkerReport.MaxEntries)
        {
            _ended.Enqueue(ended);
        }
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        void OnChanged() => Volatile.Read(ref _change).TrySetResult();
        load.Changed += OnChanged;
        while (!stoppingToken.IsCancellationRequested)
        {
            var change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _change, change);
            await ReportAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(LeastInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await change.Task.WaitAsync(IWorkerRegistryGrain.ReportInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        load.Changed -= OnChanged;
        await AttemptAsync(LeaveAsync, LeaveTimeout, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<WorkerOrders> LeaveAsync()
    {
        await Registry.LeaveAsync(profile.Worker).ConfigureAwait(false);
        return new WorkerOrders(Drain: false);
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        ImmutableArray<EndedStage> ended = [.. _ended.Take(WorkerReport.MaxEntries)];
        var now = time.GetUtcNow();
        var report = new WorkerReport(
            profile,
            Version,
            options.Concurrency,
            options.Queues,
            [.. load.Held.Select(held => new WorkerStage(held.Offer.Task, held.Offer.Stage, now - held.Since))])
        {
            Up = time.GetElapsedTime(_started),
            IsDraining = load.IsDraining,
            Ended = ended,
        };
        if (await AttemptAsync(() => Registry.ReportAsync(Complete(report)), AnswerTimeout, stoppingToken).ConfigureAwait(false) is not { } orders)
        {
            return;
        }

        for (var i = 0; i < ended.Length; i++)
        {
            _ended.TryDequeue(out _);
        }

        if (orders.Drain)
        {
            Drain();
        }
    }

    /// <summary>What cannot be told now is told with the next report.</summary>
    private async Task<WorkerOrders?> AttemptAsync(Func<Task<WorkerOrders>> call, TimeSpan timeout, CancellationToken stoppingToken)
    {
        try
        {
            return await call().WaitAsync(timeout, time, stoppingToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // See above: a worker works whether or not the registry hears it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotHeard(options.Name, exception.Message);
            return null;
        }
    }

    private static string VersionOf(Assembly? program)
    {
        var version = program?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return version.Length > WorkerReport.MaxVersionLength ? version[..WorkerReport.MaxVersionLength] : version;
    }

    [LoggerMessage(16, LogLevel.Debug, "The report of worker {Name} was not heard ({Problem}); it reports again.")]
    private partial void LogNotHeard(string name, string problem);
}

using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>A worker that does nothing but report, so that it is listed for as long as a test looks at it.</summary>
internal sealed class ListedWorker : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly IWorkerRegistryGrain _registry;
    private readonly WorkerReport _report;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reporting;

    private ListedWorker(IWorkerRegistryGrain registry, WorkerReport report)
    {
        _registry = registry;
        _report = report;
        _reporting = KeepAsync();
    }

    public static async Task<ListedWorker> StartAsync(IWorkerRegistryGrain registry, WorkerReport report)
    {
        await registry.ReportAsync(report);
        return new ListedWorker(registry, report);
    }

    /// <summary>It leaves.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ending.IsCancellationRequested)
        {
            await _ending.CancelAsync();
            await _reporting;
            await _registry.LeaveAsync(_report.Profile.Worker);
        }
    }

    private async Task KeepAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await Task.Delay(Interval, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _registry.ReportAsync(_report);
        }
    }
}

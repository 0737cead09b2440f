using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using VideoGen.Grains.Diagnostics;

namespace VideoGen.Grains.Recovery;

/// <summary>Keeps the cluster's recovery going: every silo runs one, so that it goes on for as long as any silo lives.</summary>
internal sealed class RecoveryService(
    IGrainFactory grains,
    IOptions<RecoveryOptions> options,
    TimeProvider time,
    VideoGenDiagnostics diagnostics,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WaitForStartAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.DueInterval, time);
        do
        {
            try
            {
                // A silo that stops does not wait for a sweep.
                await grains.GetGrain<IRecoveryGrain>(0).SweepAsync().WaitAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next round repeats it; a silo must not stop over a failed sweep.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                diagnostics.StepFailed("-", "the sweep for unfinished tasks", exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task WaitForStartAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}

using VideoGen.Files;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Hosting;

/// <summary>Finishes what a silo that died in the middle of a deletion had begun. A task that is there keeps its artifacts.</summary>
internal sealed partial class ArtifactSweep(
    DeletedArtifacts artifacts,
    SupersededAttempts attempts,
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ArtifactSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>The whole store is listed once in so many rounds.</summary>
    private const int RoundsToAList = 6;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        var round = 0;
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
                if (round++ % RoundsToAList == 0)
                {
                    await attempts.SweepAsync(stoppingToken);
                }
            }
#pragma warning disable CA1031 // The next round repeats it; a silo must not stop over a folder that cannot be read.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogSweepFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        await foreach (var deleted in artifacts.FindForgottenAsync(stoppingToken))
        {
            var isGone = await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(deleted.Task) is null;
            await (isGone ? artifacts.ForgetAsync(deleted, stoppingToken) : artifacts.KeepAsync(deleted.Task, stoppingToken));
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Artifacts of deleted tasks could not be looked for; it is tried again.")]
    private partial void LogSweepFailed(Exception exception);
}

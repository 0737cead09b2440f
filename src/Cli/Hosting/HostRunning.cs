using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace VideoGen.Cli.Hosting;

internal static class HostRunning
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Waits until the command is cancelled or the host stops by itself, then stops it within ten seconds.</summary>
    public static async Task RunUntilAsync(this IHost host, CancellationToken cancellationToken)
    {
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var byCaller = cancellationToken.Register(() => stopped.TrySetResult());
        await using var byHost = lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        await stopped.Task;
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await host.StopAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // What was acknowledged is stored; the rest of the cluster takes over what this process held.
        }
    }
}

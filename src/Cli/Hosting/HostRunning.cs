using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace VideoGen.Cli.Hosting;

internal static class HostRunning
{
    /// <summary>Shorter than <see cref="Interruption.Grace"/>, so that a host whose store hangs still ends in order.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Waits until the command is cancelled or the host stops by itself, then stops it.</summary>
    public static async Task RunUntilAsync(this IHost host, CancellationToken cancellationToken)
    {
        await host.WaitForEndAsync(cancellationToken);
        await host.StopWithinAsync(StopTimeout);
    }

    /// <summary>Waits until the command is cancelled or the host stops by itself.</summary>
    public static async Task WaitForEndAsync(this IHost host, CancellationToken cancellationToken)
    {
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var byCaller = cancellationToken.Register(() => stopped.TrySetResult());
        await using var byHost = lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    /// <summary>Stops and disposes of the host, which may take as long as it needs until the person is in a hurry.</summary>
    public static async Task StopUntilAsync(this IHost host, CancellationToken hurried)
    {
        var stopping = Task.Run(() => StopAndDisposeAsync(host, hurried), CancellationToken.None);
        await stopping.WaitAsync(hurried).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(stopping, Task.Delay(StopTimeout, CancellationToken.None));
        if (stopping.IsCompleted)
        {
            await stopping;
        }
    }

    /// <summary>
    /// Stops and disposes of the host, and goes on without it when the time is over. What was acknowledged is stored; leases that were not given back
    /// run out, or are taken over by the next process.
    /// </summary>
    public static async Task StopWithinAsync(this IHost host, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);

        // On another thread: a store that hangs may hold the one that waits for it.
        var stopping = Task.Run(() => StopAndDisposeAsync(host, patience.Token), CancellationToken.None);
        try
        {
            await stopping.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // See above.
        }
    }

    private static async Task StopAndDisposeAsync(IHost host, CancellationToken patience)
    {
        await host.StopAsync(patience);
        await DisposeAsync(host);
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }
}

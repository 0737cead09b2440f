using Microsoft.Extensions.Hosting;

namespace VideoGen.Cli.Hosting;

/// <summary>The command that started the host also stops it: Ctrl-C is the command's to handle.</summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

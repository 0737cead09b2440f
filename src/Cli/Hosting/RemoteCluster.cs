using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using VideoGen.Cli.Exits;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Hosting;
using VideoGen.Silo.Hosting.Tls;
using VideoGen.Tasks.Access;

namespace VideoGen.Cli.Hosting;

/// <summary>This process as a client of a cluster.</summary>
internal sealed class RemoteCluster : IAsyncDisposable
{
    /// <summary>Short, since a client holds nothing that others wait for.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long a person waits for a silo that should be there. What is started together with its silos waits longer.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(8);

    private readonly IHost _host;

    private RemoteCluster(IHost host)
    {
        _host = host;
    }

    public PipelineClient Tasks => _host.Services.GetRequiredService<PipelineClient>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="address">Where the cluster is.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="mayBeStarting">Whether the silos may have been started a moment ago.</param>
    /// <exception cref="CommandFailedException">The silos, or what they meet in, do not answer.</exception>
    public static async Task<RemoteCluster> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken, bool mayBeStarting = false)
    {
        var builder = CreateBuilder(address, mayBeStarting ? null : ConnectTimeout);
        Logs.Configure(builder.Logging, LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        var host = builder.Build();
        await StartAsync(host, address, cancellationToken);
        return new RemoteCluster(host);
    }

    /// <summary>A host that is a client of the cluster; the caller adds what it needs and starts it with <see cref="StartAsync"/>.</summary>
    public static HostApplicationBuilder CreateBuilder(ClusterAddress address, TimeSpan? connectTimeout = null, Role role = Role.Admin)
    {
        // A host watches its content root with all that is below it for changes of its settings. The folder in which the command is called may be a whole disk.
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddVideoGenTelemetry(builder.Configuration);
        builder.AddVideoGenClient(address.ToString(), client =>
        {
            address.Configure(client);
            if (address.Tls is { } certificate)
            {
                client.UseClusterTls(certificate, address.ClusterId, refusal => address.Refusal = refusal);
            }

            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = address.ClusterId;
                cluster.ServiceId = address.ClusterId;
            });
        }, connectTimeout, role: role, refused: refusal => address.Refusal = refusal);
        return builder;
    }

    /// <exception cref="CommandFailedException">The silos, or what they meet in, do not answer.</exception>
    public static async Task StartAsync(IHost host, ClusterAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await address.CheckAsync(cancellationToken);
            await host.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or CommandFailedException))
        {
            host.Dispose();
            throw address.Explain(exception)
                ?? new CommandFailedException(
                    ExitCode.Unavailable,
                    address.Refusal
                        ?? $"No silo of the cluster at {address} answers. Start one with 'videogen silo {address.Option}'. ({exception.Message})",
                    exception);
        }
    }

    public async ValueTask DisposeAsync() => await _host.StopWithinAsync(StopTimeout);
}

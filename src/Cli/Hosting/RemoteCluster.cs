using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;

namespace VideoGen.Cli.Hosting;

/// <summary>This process as a client of a cluster whose silos meet in Redis.</summary>
internal sealed class RemoteCluster : IAsyncDisposable
{
    private readonly IHost _host;

    private RemoteCluster(IHost host)
    {
        _host = host;
    }

    public PipelineClient Tasks => _host.Services.GetRequiredService<PipelineClient>();

    public static async Task<RemoteCluster> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        var builder = CreateBuilder(address);
        Logs.Configure(builder.Logging, LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        var host = builder.Build();
        await StartAsync(host, address, cancellationToken);
        return new RemoteCluster(host);
    }

    /// <summary>A host that is a client of the cluster; the caller adds what it needs and starts it with <see cref="StartAsync"/>.</summary>
    public static HostApplicationBuilder CreateBuilder(ClusterAddress address)
    {
        // A host watches its content root with all that is below it for changes of its settings. In the folder of whoever calls, that may be a whole disk.
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddVideoGenClient(address.Redis, client =>
        {
            client.UseRedisClustering(redis => redis.ConfigurationOptions = address.ToRedisOptions());
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = address.ClusterId;
                cluster.ServiceId = address.ClusterId;
            });
        });
        return builder;
    }

    /// <exception cref="CommandFailedException">Redis or the silos do not answer.</exception>
    public static async Task StartAsync(IHost host, ClusterAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            host.Dispose();
            var redis = exception as RedisConnectionException ?? exception.InnerException as RedisConnectionException;
            throw new CommandFailedException(
                ExitCode.Unavailable,
                redis is not null
                    ? $"Redis at {address.Redis} does not answer. Is it running, and is the address right?"
                    : $"No silo of the cluster at {address.Redis} answers. Start one with 'videogen silo --redis {address.Redis}'. ({exception.Message})",
                exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

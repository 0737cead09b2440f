using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using StackExchange.Redis;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A client of the cluster whose silos meet in a Redis.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host)
    {
        _host = host;
    }

    public PipelineClient Tasks => _host.Services.GetRequiredService<PipelineClient>();

    /// <summary>A client that asks through any outage which a test waits for. It is below the time for which a task remembers operations.</summary>
    public PipelineClient Patient => new(Grains, TimeProvider.System, NullLogger<PipelineClient>.Instance) { RetryWindow = ToolProcess.Patience };

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<ClusterClient> ConnectAsync(string redis)
    {
        var host = CreateBuilder(redis).Build();
        await host.StartAsync();
        return new ClusterClient(host);
    }

    public static HostApplicationBuilder CreateBuilder(string redis)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddVideoGenClient(redis, client =>
        {
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = ConfigurationOptions.Parse(redis));
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "videogen");
        });
        return builder;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

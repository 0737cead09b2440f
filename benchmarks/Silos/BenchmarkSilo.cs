using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Servers;
using VideoGen.Grains;
using VideoGen.Silo.Hosting;

namespace VideoGen.Benchmarks.Silos;

/// <summary>
/// A real silo in this process, a cluster of its own although all have one name. Callers use its grain references, which is the same path for all rows that
/// are grains.
/// </summary>
internal sealed class BenchmarkSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchmarkSilo(IHost host, int gatewayPort)
    {
        _host = host;
        GatewayPort = gatewayPort;
    }

    /// <summary>Where clients of other processes, or of another host in this one, reach it.</summary>
    public int GatewayPort { get; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _host.Services;

    public static async Task<BenchmarkSilo> StartAsync(Action<ISiloBuilder> configure, bool recover = false)
    {
        // As the silos of this project do: else the host watches the files below the current folder, the databases perhaps among them.
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        var gatewayPort = FreePort.Take();
        builder.UseOrleans(silo =>
        {
            var port = FreePort.Take();
            silo.UseLocalhostClustering(port, gatewayPort, new IPEndPoint(IPAddress.Loopback, port), "benchmarks", "benchmarks");
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromHours(1));
            silo.AddVideoGenGrains(recover);
            silo.AddStateStorageBasedLogConsistencyProvider(PeerStorage.LogName);
            configure(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new BenchmarkSilo(host, gatewayPort);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Benchmarks.Servers;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Benchmarks.Silos;

/// <summary>A silo as it is deployed: <c>videogen silo</c> as a process of its own, which asks each caller for a key.</summary>
internal sealed class DeployedSilo : IAsyncDisposable
{
    private const string File = "src/Cli/bin/Release/net10.0/videogen.dll";

    private const string UsualCluster = "videogen";

    private readonly ServerProcess _process;
    private readonly Lazy<Task<IHost>> _client;

    private DeployedSilo(ServerProcess process, string cluster, int gateway, int siloPort, Uri address, string key)
    {
        _process = process;
        _client = new(() => ConnectAsync(gateway, cluster));
        SiloPort = siloPort;
        Address = address;
        Key = key;
        Http = new HttpClient { BaseAddress = address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Address { get; }

    /// <summary>Of an admin.</summary>
    public string Key { get; }

    /// <summary>Calls with the key.</summary>
    public HttpClient Http { get; }

    /// <summary>Where other silos reach it.</summary>
    public int SiloPort { get; }

    public int ProcessId => _process.Id;

    /// <summary>The program; null where it is not built.</summary>
    public static string? Program => RepositoryFile.Find(File);

    /// <param name="data">Its folder of data.</param>
    /// <param name="like">Another silo of its cluster; null for none.</param>
    /// <param name="redis">Where silos of its cluster meet; null when it is alone.</param>
    /// <param name="cluster">Its name among those that meet there.</param>
    public static async Task<DeployedSilo> StartAsync(string data, DeployedSilo? like = null, string? redis = null, string cluster = UsualCluster)
    {
        var (http, gateway, own) = (FreePort.Take(), FreePort.Take(), FreePort.Take());
        var key = like?.Key ?? KeyText.Create(Role.Admin);
        string[] meeting = redis is null ? [] : ["--redis", redis, "--cluster", cluster];
        var process = await ServerProcess.StartAsync(
            http,
            new Dictionary<string, string> { ["VIDEOGEN_FIRST_KEY"] = key },
            "dotnet",
            [Program!, "silo", "--data", data, "--port", Text(http), "--gateway-port", Text(gateway), "--silo-port", Text(own), .. meeting]);
        return new DeployedSilo(process, cluster, gateway, own, new Uri($"http://127.0.0.1:{http}/"), key);
    }

    /// <summary>Brings a task to where the load begins. The last reply.</summary>
    public async Task<TaskReply> SetUpAsync(TaskId id, params IEnumerable<TaskCommand> commands)
    {
        var tasks = (await _client.Value).Services.GetRequiredService<PipelineClient>();
        TaskReply? reply = null;
        foreach (var command in commands)
        {
            reply = await tasks.ExecuteAsync(id, command);
            if (reply.Outcome != CommandOutcome.Applied)
            {
                throw new InvalidOperationException($"A command was not applied but {reply.Outcome}: {reply.Reason} {reply.Message}");
            }
        }

        return reply!;
    }

    /// <summary>The silo that holds the task, by the port of <see cref="SiloPort"/>.</summary>
    public async Task<int?> FindPortOfAsync(TaskId id)
    {
        var grains = (await _client.Value).Services.GetRequiredService<IGrainFactory>();
        var address = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<ITaskStateGrain>(id.Value));
        return address?.Endpoint.Port;
    }

    /// <summary>Ends it without a word, as the kernel or a power cut would.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_client.IsValueCreated)
        {
            using var client = await _client.Value;
            await client.StopAsync();
        }

        await _process.DisposeAsync();
    }

    /// <summary>Calls grains of the silo, for what comes before the load.</summary>
    private static async Task<IHost> ConnectAsync(int gateway, string cluster)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.AddVideoGenClient("the silo of the benchmark", client => client.UseLocalhostClustering(gateway, cluster, cluster));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

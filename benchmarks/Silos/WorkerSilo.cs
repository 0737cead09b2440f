using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Benchmarks.Servers;
using VideoGen.Client;
using VideoGen.Client.Hosting;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Silos;

/// <summary>A silo, and a host for workers of it: in the silo's process, or as a client that reaches it over its gateway.</summary>
internal sealed class WorkerSilo : IAsyncDisposable
{
    private const int Creators = 64;

    private readonly BenchmarkSilo _silo;
    private readonly IHost _host;
    private readonly string _folder;
    private int _queues;

    private WorkerSilo(BenchmarkSilo silo, IHost host, string folder)
    {
        _silo = silo;
        _host = host;
        _folder = folder;
    }

    /// <summary>As the silo's own process has them.</summary>
    public IGrainFactory Grains => _silo.Grains;

    /// <summary>As the workers have them.</summary>
    public IServiceProvider Services => _host.Services;

    /// <param name="bench">Where its files are.</param>
    /// <param name="isClient">Whether the workers reach it over its gateway.</param>
    /// <param name="postgres">The database of its tasks; null for SQLite.</param>
    public static async Task<WorkerSilo> StartAsync(Workbench bench, bool isClient, string? postgres = null)
    {
        var folder = bench.NewFolder();
        var silo = await BenchmarkSilo.StartAsync(builder => _ = postgres is null ? builder.UseSqlite(folder) : builder.UsePostgres(postgres), recover: true);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        if (isClient)
        {
            builder.AddVideoGenClient(
                "the silo of the benchmark", client => client.UseLocalhostClustering(silo.GatewayPort, "benchmarks", "benchmarks"),
                door: VideoGen.Client.Access.ClusterDoor.AsBefore);
        }
        else
        {
            builder.Services.AddSingleton(silo.Grains);
            builder.Services.AddPipelineClient();
        }

        builder.Services.AddFolderArtifacts(Path.Combine(folder, "artifacts"));
        var host = builder.Build();
        await host.StartAsync();
        return new WorkerSilo(silo, host, folder);
    }

    /// <summary>A queue that has no worker yet.</summary>
    public string NewQueue() => string.Create(CultureInfo.InvariantCulture, $"queue-{_queues++}");

    /// <summary>Makes tasks, and returns when all of them wait in the queue.</summary>
    public async Task<TaskId[]> FillAsync(string queue, int tasks, PipelineDefinition pipeline)
    {
        var ids = Enumerable.Range(0, tasks).Select(i => TaskId.Parse($"{queue}-{i:00000}")).ToArray();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Creators }, async (id, _) => await CreateAsync(id, pipeline));
        while ((await Grains.GetGrain<IStageQueueGrain>(queue).InspectAsync()).Offers < tasks)
        {
            await Task.Delay(10);
        }

        return ids;
    }

    public async Task CreateAsync(TaskId id, PipelineDefinition pipeline)
    {
        var reply = await Grains.GetGrain<ITaskStateGrain>(id.Value)
            .ExecuteAsync(OperationId.Create(TimeProvider.System), new CreateTask(id, JsonText.EmptyObject, pipeline));
        if (reply.Outcome != CommandOutcome.Applied)
        {
            throw new InvalidOperationException($"Task {id} was not created: {reply.Reason}");
        }
    }

    /// <summary>Completes when the tasks have, in the store.</summary>
    public async Task WaitAsync(IEnumerable<TaskId> tasks)
    {
        foreach (var id in tasks)
        {
            while ((await ReadAsync(id)).Status != RunStatus.Completed)
            {
                await Task.Delay(1);
            }
        }
    }

    public async Task<TaskState> ReadAsync(TaskId id) => (await Grains.GetGrain<ITaskStateGrain>(id.Value).ReadAsync())!.ToState();

    public StageWorkerOptions OptionsOf(string queue, int slots) =>
        new() { Name = queue, Concurrency = slots, Queues = [queue], WorkDirectory = Path.Combine(_folder, "work") };

    /// <summary>A worker that has not begun.</summary>
    public StageWorker NewWorker(string queue, int slots, params IEnumerable<IStage> stages) => new(
        Services.GetRequiredService<IGrainFactory>(),
        Services.GetRequiredService<PipelineClient>(),
        Services.GetRequiredService<IArtifactStore>(),
        stages,
        Options.Create(OptionsOf(queue, slots)),
        TimeProvider.System,
        NullLogger<StageWorker>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _silo.DisposeAsync();
    }
}

/// <summary>A stage of a benchmark.</summary>
internal sealed class CodeStage(string kind, Func<StageContext, CancellationToken, Task> code) : IStage
{
    public string Kind => kind;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        await code(context, cancellationToken);
        return StageResult.Empty;
    }
}

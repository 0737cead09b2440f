using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>One worker in a host of its own, with a queue that only it serves.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly ClientCluster _cluster;
    private readonly IHost _host;

    private WorkerHost(ClientCluster cluster, IHost host, string queue)
    {
        _cluster = cluster;
        _host = host;
        Queue = queue;
    }

    public string Queue { get; }

    public string Folder { get; private init; } = "";

    public IServiceProvider Services => _host.Services;

    public static Task<WorkerHost> StartAsync(
        ClientCluster cluster, Action<StageWorkerOptions>? configure = null, string? queue = null, params IStage[] stages) =>
        StartAsync(cluster, configure, queue, artifacts: null, stages);

    /// <param name="cluster">Whose tasks it does.</param>
    /// <param name="configure">Its options.</param>
    /// <param name="queue">Null for one that only it serves.</param>
    /// <param name="artifacts">The folder of artifacts; null for one of its own.</param>
    /// <param name="stages">What it can do.</param>
    public static async Task<WorkerHost> StartAsync(
        ClientCluster cluster, Action<StageWorkerOptions>? configure, string? queue, string? artifacts, params IStage[] stages)
    {
        queue ??= $"queue-{Guid.NewGuid():N}";
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(cluster.Grains);
        builder.Services.AddPipelineClient();
        builder.Services.AddFolderArtifacts(artifacts ?? Path.Combine(folder, "artifacts"));
        foreach (var stage in stages)
        {
            builder.Services.AddSingleton(stage);
        }

        builder.Services.AddStageWorker(options =>
        {
            options.Name = $"worker-{Guid.NewGuid():N}";
            options.Concurrency = 2;
            options.Queues = [queue];
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(200);
            options.WorkDirectory = Path.Combine(folder, "work");
            configure?.Invoke(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new WorkerHost(cluster, host, queue) { Folder = folder };
    }

    /// <summary>Creates a task whose stages go to this worker.</summary>
    public async Task<TaskId> SubmitAsync(params StageDefinition[] stages)
    {
        var task = ClientCluster.NewId();
        var pipeline = new PipelineDefinition { Name = "test", Stages = [.. stages.Select(stage => stage with { Queue = Queue })] };
        var reply = await _cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline));
        Assert.Equal(CommandOutcome.Applied, reply.Outcome);
        return task;
    }

    /// <summary>Waits for the end of the task.</summary>
    public async Task<TaskState> FinishAsync(TaskId task) =>
        (await _cluster.Tasks.WaitAsync(task).Happens($"task {task} finished"))!;

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A stage whose code a test brings.</summary>
internal sealed class CodeStage(string kind, Func<StageContext, CancellationToken, Task<StageResult>> code) : IStage
{
    public string Kind => kind;

    public Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken) => code(context, cancellationToken);
}

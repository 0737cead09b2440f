using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
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
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>Ours: tasks of a silo over SQLite, done by a real worker, in the silo's process or as a client that reaches it over its gateway.</summary>
internal sealed class VideoGenPipelines : IPipelinePeer
{
    private const int Creators = 64;

    private readonly BenchmarkSilo _silo;
    private readonly IHost _worker;
    private readonly string _folder;
    private readonly bool _isClient;
    private int _rounds;

    private VideoGenPipelines(BenchmarkSilo silo, IHost worker, string folder, bool isClient)
    {
        _silo = silo;
        _worker = worker;
        _folder = folder;
        _isClient = isClient;
    }

    public string Name => _isClient ? "VideoGen, SQLite, a worker that is a client" : "VideoGen, SQLite, a worker in the silo";

    public string Durability => "log fsynced (synchronous=FULL)";

    public int Pipelines => PipelineLoad.Pipelines;

    private IGrainFactory Grains => _worker.Services.GetRequiredService<IGrainFactory>();

    public static async Task<VideoGenPipelines> StartAsync(Workbench bench, bool isClient)
    {
        var folder = bench.NewFolder();
        var silo = await BenchmarkSilo.StartAsync(builder => builder.UseSqlite(folder), recover: true);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        if (isClient)
        {
            builder.AddVideoGenClient(
                "the silo of the benchmark",
                client => client.UseLocalhostClustering(silo.GatewayPort, "benchmarks", "benchmarks"));
        }
        else
        {
            builder.Services.AddSingleton(silo.Grains);
            builder.Services.AddPipelineClient();
        }

        builder.Services.AddFolderArtifacts(Path.Combine(folder, "artifacts"));
        var worker = builder.Build();
        await worker.StartAsync();
        return new VideoGenPipelines(silo, worker, folder, isClient);
    }

    public async Task<TimeSpan> RunAsync(int pipelines)
    {
        // A queue of its own for each round: it fills while there is no worker.
        var queue = string.Create(CultureInfo.InvariantCulture, $"round-{_rounds++}");
        var pipeline = PipelineOf(queue);
        var ids = Enumerable.Range(0, pipelines).Select(i => TaskId.Parse($"{queue}-{i:00000}")).ToArray();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Creators }, async (id, _) =>
        {
            var reply = await _silo.Grains.GetGrain<ITaskStateGrain>(id.Value)
                .ExecuteAsync(OperationId.Create(TimeProvider.System), new CreateTask(id, JsonText.EmptyObject, pipeline));
            Expect(reply.Outcome == CommandOutcome.Applied, $"Task {id} was not created: {reply.Reason}");
        });
        while ((await _silo.Grains.GetGrain<Tasks.Queues.IStageQueueGrain>(queue).InspectAsync()).Offers < pipelines)
        {
            await Task.Delay(10);
        }

        var ends = new Countdown(pipelines);
        var stages = Enumerable.Range(0, PipelineLoad.Stages).Select(i => new NoOp(KindOf(i), i == PipelineLoad.Stages - 1 ? ends : null));
        using var worker = new StageWorker(
            Grains,
            _worker.Services.GetRequiredService<PipelineClient>(),
            _worker.Services.GetRequiredService<IArtifactStore>(),
            stages,
            Options.Create(new StageWorkerOptions
            {
                Name = queue,
                Concurrency = PipelineLoad.Slots,
                Queues = [queue],
                WorkDirectory = Path.Combine(_folder, "work"),
            }),
            TimeProvider.System,
            NullLogger<StageWorker>.Instance);
        var started = Stopwatch.GetTimestamp();
        await worker.StartAsync(CancellationToken.None);
        await ends.Reached;
        foreach (var id in ids.Reverse())
        {
            while ((await ReadAsync(id)).Status != RunStatus.Completed)
            {
                await Task.Delay(1);
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        await worker.StopAsync(CancellationToken.None);
        foreach (var id in ids)
        {
            var state = await ReadAsync(id);
            Expect(
                state.Status == RunStatus.Completed && state.Stages.All(stage => stage is { Attempt: 1, Message: NoOp.Message }),
                $"Task {id} is {state.Status}, or some of its reports are not there.");
        }

        return elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        _worker.Dispose();
        await _silo.DisposeAsync();
    }

    private async Task<TaskState> ReadAsync(TaskId id) => (await _silo.Grains.GetGrain<ITaskStateGrain>(id.Value).ReadAsync())!.ToState();

    private static PipelineDefinition PipelineOf(string queue) => new()
    {
        Name = "no-op",
        Stages =
        [
            .. Enumerable.Range(0, PipelineLoad.Stages)
                .Select(i => new StageDefinition { Name = KindOf(i), Queue = queue, DependsOn = i == 0 ? [] : [KindOf(i - 1)] }),
        ],
    };

    private static string KindOf(int stage) => string.Create(CultureInfo.InvariantCulture, $"stage_{stage}");

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>Completes when it was counted down to zero.</summary>
    private sealed class Countdown(int from)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = from;

        public Task Reached => _reached.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _reached.SetResult();
            }
        }
    }

    private sealed class NoOp(string kind, Countdown? ends) : IStage
    {
        public const string Message = "Done";

        public string Kind => kind;

        public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
        {
            await context.ReportProgressAsync(1, Message, cancellationToken);
            ends?.Signal();
            return StageResult.Empty;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Client.Stages;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>
/// Ours: tasks of a silo over SQLite or PostgreSQL, done by a real worker, in the silo's process or as a client that reaches it over its gateway.
/// </summary>
internal sealed class VideoGenPipelines : IPipelinePeer
{
    private const string Message = "Done";

    private readonly WorkerSilo _silo;

    private VideoGenPipelines(WorkerSilo silo, string name, string durability)
    {
        _silo = silo;
        (Name, Durability) = (name, durability);
    }

    public string Name { get; }

    public string Durability { get; }

    public int Pipelines => PipelineLoad.Pipelines;

    public int WarmUp => PipelineLoad.WarmUp;

    public static async Task<VideoGenPipelines> StartAsync(Workbench bench, bool isClient) => new(
        await WorkerSilo.StartAsync(bench, isClient),
        $"VideoGen, SQLite, a worker {(isClient ? "that is a client" : "in the silo")}",
        "log fsynced (synchronous=FULL)");

    /// <summary>Null when PostgreSQL is not installed.</summary>
    public static async Task<VideoGenPipelines?> StartOnPostgresAsync(Workbench bench) =>
        await bench.PostgresAsync() is not { } server
            ? null
            : new VideoGenPipelines(
                await WorkerSilo.StartAsync(bench, isClient: true, server.ConnectionStringOf("pipelines")),
                $"VideoGen, PostgreSQL {server.Version}, a worker that is a client",
                PostgresServer.Durability);

    public async Task<TimeSpan> RunAsync(int pipelines)
    {
        var queue = _silo.NewQueue();
        var ids = await _silo.FillAsync(queue, pipelines, PipelineOf(queue));
        var left = pipelines;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var worker = _silo.NewWorker(queue, PipelineLoad.Slots, Enumerable.Range(0, PipelineLoad.Stages).Select(Stage));
        var started = Stopwatch.GetTimestamp();
        await worker.StartAsync(CancellationToken.None);
        await ended.Task;
        await _silo.WaitAsync(ids.Reverse());
        var elapsed = Stopwatch.GetElapsedTime(started);
        await worker.StopAsync(CancellationToken.None);
        foreach (var id in ids)
        {
            var state = await _silo.ReadAsync(id);
            if (state.Status != RunStatus.Completed || !state.Stages.All(stage => stage is { Attempt: 1, Message: Message }))
            {
                throw new InvalidOperationException($"Task {id} is {state.Status}, or some of its reports are not there.");
            }
        }

        return elapsed;

        IStage Stage(int number) => new CodeStage(KindOf(number), async (context, cancellationToken) =>
        {
            await context.ReportProgressAsync(1, Message, cancellationToken);
            if (number == PipelineLoad.Stages - 1 && Interlocked.Decrement(ref left) == 0)
            {
                ended.SetResult();
            }
        });
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

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
}

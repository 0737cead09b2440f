using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

public sealed class MalformedOfferTests(ClientCluster cluster)
{
    [Fact]
    public async Task AWorkerLeavesOutWhatItCannotUnderstand()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var task = ClientCluster.NewId();
        var stage = new CodeStage("work", (_, _) => Task.FromResult(new StageResult()));
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        var grains = DispatchProxy.Create<IGrainFactory, SpoilingGrains>();
        var malformed = new StageOffer(task, default, 1, 0, default, default);
        ((SpoilingGrains)grains).Inner = cluster.Grains;
        ((SpoilingGrains)grains).Spoilt = new Queue<StageOffer>(
            [malformed, malformed with { Stage = "work", Needs = [null!] }, malformed with { Task = default, Stage = "work" }]);
        var logger = new LeftOut();
        var options = new StageWorkerOptions
        {
            Name = "worker-malformed",
            Concurrency = 1,
            Queues = [queue],
            WorkDirectory = Path.Combine(folder, "work"),
        };
        var worker = new StageWorker(
            grains,
            cluster.Tasks,
            new FolderArtifactStore(Path.Combine(folder, "artifacts")),
            [stage],
            Options.Create(options),
            TimeProvider.System,
            logger);
        var pipeline = new PipelineDefinition { Name = "test", Stages = [new StageDefinition { Name = "work", Queue = queue }] };
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline))).Outcome);

        await worker.StartAsync(TestContext.Current.CancellationToken);
        var finished = await cluster.Tasks.WaitAsync(task).Happens($"task {task} finished");
        await worker.StopAsync(TestContext.Current.CancellationToken);
        worker.Dispose();

        Assert.Equal(RunStatus.Completed, finished!.Status);
        Assert.Empty(((SpoilingGrains)grains).Spoilt);
        Assert.Equal(3, logger.Count);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Counts the offers that the worker says it left out.</summary>
    private sealed class LeftOut : ILogger<StageWorker>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Count += formatter(state, exception).StartsWith("An offer is malformed", StringComparison.Ordinal) ? 1 : 0;
    }

    /// <summary>The grains of the cluster, but for queues that hand out malformed offers first.</summary>
    public class SpoilingGrains : DispatchProxy
    {
        public IGrainFactory Inner { get; set; } = null!;

        public Queue<StageOffer> Spoilt { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var grain = targetMethod!.Invoke(Inner, args);
            if (grain is not IStageQueueGrain queue)
            {
                return grain;
            }

            var spoiling = Create<IStageQueueGrain, SpoilingQueue>();
            ((SpoilingQueue)spoiling).Inner = queue;
            ((SpoilingQueue)spoiling).Spoilt = Spoilt;
            return spoiling;
        }
    }

    public class SpoilingQueue : DispatchProxy
    {
        public IStageQueueGrain Inner { get; set; } = null!;

        public Queue<StageOffer> Spoilt { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IStageQueueGrain.TakeAsync) && Spoilt.TryDequeue(out var offer)
                ? Task.FromResult<StageOffer?>(offer)
                : targetMethod.Invoke(Inner, args);
    }
}

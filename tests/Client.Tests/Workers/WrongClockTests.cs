using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
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

/// <summary>Machines whose clock is not that of the cluster.</summary>
public sealed class WrongClockTests(ClientCluster cluster) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-tests-");
    private readonly string _queue = $"queue-{Guid.NewGuid():N}";

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(400)]
    [InlineData(-2)]
    public async Task AWorkerWhoseClockIsDaysOffDoesItsStagesAndSaysOnceThatItIsAhead(int days)
    {
        var time = new TurnedClock(TimeSpan.FromDays(days));
        var log = new Sentences<PipelineClient>();
        var stage = new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty));
        using var worker = Create(cluster.Grains, time, new PipelineClient(cluster.Grains, time, log), new Sentences<StageWorker>(), stage);
        var task = ClientCluster.NewId();
        var pipeline = new PipelineDefinition
        {
            Name = "test",
            Stages = [.. Enumerable.Range(0, 3).Select(i => new StageDefinition { Name = $"work:{i}", Queue = _queue })],
        };
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline))).Outcome);

        await worker.StartAsync(TestContext.Current.CancellationToken);
        var finished = await cluster.Tasks.WaitAsync(task).Happens($"task {task} finished");
        await worker.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(finished!.Stages, done => Assert.Equal((RunStatus.Completed, 1), (done.Status, done.Attempt)));
        Assert.Equal(days > 0 ? 1 : 0, log.Warnings.Count(line => line.Contains("clock is", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AClientWhoseClockIsAheadIsHeardWithItsFirstCommand()
    {
        var log = new Sentences<PipelineClient>();
        var client = new PipelineClient(cluster.Grains, new TurnedClock(TimeSpan.FromDays(2)), log);
        var pipeline = new PipelineDefinition { Name = "test", Stages = [new StageDefinition { Name = "work", Queue = _queue }] };

        var reply = await client.CreateAsync(new CreateTask(ClientCluster.NewId(), JsonText.EmptyObject, pipeline));

        Assert.Equal(CommandOutcome.Applied, reply.Outcome);
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task AWorkerThatIsRefusedGivesItsOfferToOthersAtOnceAndWaits()
    {
        var queue = new QueueDouble();
        var task = new RefusingTask();
        var time = new FrozenTime();
        var log = new Sentences<StageWorker>();
        var grains = ReplacedGrains.Of(null, (_queue, queue), ("refused", task));
        var stage = new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty));
        using var worker = Create(grains, time, new PipelineClient(grains, time, new Sentences<PipelineClient>()), log, stage, concurrency: 2);
        await queue.OfferAsync([new StageOffer(TaskId.Parse("refused"), "work", 1, 0, default, [])]);

        await worker.StartAsync(TestContext.Current.CancellationToken);
        await Until.Holds(() => Task.FromResult(task.Starts == 1 && queue is { Offers.Length: 1, Waiting: 0 }));

        Assert.Contains("leaves offers to others", Assert.Single(log.Warnings), StringComparison.Ordinal);
        await worker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, task.Starts);
    }

    private StageWorker Create(IGrainFactory grains, TimeProvider time, PipelineClient tasks, Sentences<StageWorker> log, IStage stage, int concurrency = 1)
    {
        var work = Path.Combine(_folder.FullName, "work");
        var options = new StageWorkerOptions { Name = "worker", Concurrency = concurrency, Queues = [_queue], WorkDirectory = work };
        var artifacts = new FolderArtifactStore(Path.Combine(_folder.FullName, "artifacts"));
        return new StageWorker(grains, tasks, artifacts, [stage], Options.Create(options), time, log);
    }

    /// <summary>Refuses whoever asks, for a reason that is the asker's.</summary>
    private sealed class RefusingTask : ITaskStateGrain
    {
        private int _starts;

        public int Starts => _starts;

        public Task<TaskReply> ExecuteAsync(OperationId operation, TaskCommand command)
        {
            Interlocked.Increment(ref _starts);
            return Task.FromResult(new TaskReply { Outcome = CommandOutcome.Refused, Reason = RefusalReason.InvalidInput, Message = "Not you." });
        }

        public Task<TaskSnapshot?> ReadAsync() => throw new NotSupportedException();

        public IAsyncEnumerable<TaskSnapshot> WatchAsync(long afterVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PokeAsync() => throw new NotSupportedException();
    }
}

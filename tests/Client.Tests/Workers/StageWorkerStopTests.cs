using System.Diagnostics;
using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>How a worker starts and stops, and what it leaves.</summary>
public sealed class StageWorkerStopTests(ClientCluster cluster)
{
    [Fact]
    public async Task AStoppingWorkerGivesItsStageBackAtOnce()
    {
        var running = new TaskCompletionSource();
        var stage = new CodeStage("long", async (_, token) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await running.Task.Happens("the stage began");

        await worker.StopAsync().WithinAsync(TimeSpan.FromSeconds(2.5), static () => "the worker does not stop.");

        var given = (await cluster.WhenGivenBackAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Pending, 0, 0), (given.Status, given.LostAttempts, given.FailedAttempts));
    }

    [Fact]
    public async Task AStageThatIgnoresItsCancellationIsGivenBackAllTheSame()
    {
        var running = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var stage = new CodeStage("deaf", async (_, _) =>
        {
            running.SetResult();
            await end.Task;
            return new StageResult { TaskResult = JsonText.FromString("too late") };
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "deaf" });
        await running.Task.Happens("the stage began");

        await worker.StopAsync().WithinAsync(TimeSpan.FromSeconds(4), static () => "the worker does not stop.");

        var given = await cluster.WhenGivenBackAsync(task);
        Assert.Equal((RunStatus.Pending, 0), (given.Stages[0].Status, given.Stages[0].LostAttempts));
        end.SetResult();
        Assert.Equal(given.Version, (await cluster.LoadAsync(task)).Version);
    }

    [Fact]
    public async Task ADeafStageOfACancelledTaskKeepsItsSlotUntilItEnds()
    {
        var running = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var deaf = new CodeStage("deaf", async (_, _) =>
        {
            running.SetResult();
            await end.Task;
            return StageResult.Empty;
        });
        var next = new CodeStage("next", (_, _) => Task.FromResult(
            new StageResult { TaskResult = end.Task.IsCompleted ? JsonText.EmptyObject : JsonText.FromString("both at once") }));
        await using var worker = await WorkerHost.StartAsync(
            cluster,
            options =>
            {
                options.Concurrency = 1;
                options.LeaseDuration = TimeSpan.FromSeconds(1);
            },
            stages: [deaf, next]);
        var first = await worker.SubmitAsync(new StageDefinition { Name = "deaf" });
        await running.Task.Happens("the stage began");
        await cluster.Tasks.CancelAsync(first);
        var second = await worker.SubmitAsync(new StageDefinition { Name = "next" });

        // Longer than the worker is patient with a stage that was told to stop, which is a third of the lease.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        end.SetResult();

        Assert.Equal("{}", (await worker.FinishAsync(second)).Result?.Value);
    }

    [Fact]
    public async Task AStageThatComputesWithoutWaitingKeepsItsLease()
    {
        using var renewed = new ManualResetEventSlim();
        var stage = new CodeStage("busy", (_, _) =>
        {
            var began = Stopwatch.StartNew();
            while (!renewed.IsSet)
            {
                Assert.True(began.Elapsed < Until.Patience, "The lease was not renewed while its stage computed.");
                Thread.Sleep(1);
            }

            return Task.FromResult(StageResult.Empty);
        });
        await using var worker = await WorkerHost.StartAsync(
            cluster,
            options =>
            {
                options.Concurrency = 1;

                // It is renewed when a third of it has passed, and what is left then is time enough for any machine.
                options.LeaseDuration = TimeSpan.FromSeconds(15);
            },
            stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "busy" });
        DateTimeOffset? first = null;

        await Until.Holds(async () =>
        {
            var ends = (await cluster.LoadAsync(task)).Stages[0].Lease?.ExpiresAt;
            first ??= ends;
            return ends > first;
        });
        renewed.Set();

        var state = await worker.FinishAsync(task);
        Assert.Equal((RunStatus.Completed, 1, 0), (state.Status, state.Stages[0].Attempt, state.Stages[0].LostAttempts));
    }

    [Fact]
    public async Task AResultCountsAlthoughTheWorkFolderIsGoneOrCannotBeDeleted()
    {
        var stage = new CodeStage("tidy", (context, _) =>
        {
            Directory.Delete(context.WorkingDirectory, recursive: true);
            return Task.FromResult(StageResult.Empty);
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "tidy" }));

        Assert.Equal((RunStatus.Completed, 1), (state.Status, state.Stages[0].Attempt));
    }

    [Fact]
    public async Task AStartingWorkerSweepsWhatAKilledOneLeftAndNothingElse()
    {
        var root = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        try
        {
            var dead = Path.Combine(root, $"worker-{Guid.NewGuid():N}");
            Directory.CreateDirectory(Path.Combine(dead, "task-stage-1"));
            await File.WriteAllTextAsync(Path.Combine(dead, "task-stage-1", "half.mp4"), "half");
            await File.WriteAllTextAsync(dead + ".lock", "");
            var foreign = Directory.CreateDirectory(Path.Combine(root, "worker-of-mine")).FullName;
            await File.WriteAllTextAsync(foreign + ".lock", "");
            var stage = new CodeStage("any", (_, _) => Task.FromResult(StageResult.Empty));
            await using (await WorkerHost.StartAsync(cluster, options => options.WorkDirectory = root, stages: [stage]))
            {
                var alive = Assert.Single(Directory.GetDirectories(root), folder => folder != foreign);
                await using var other = await WorkerHost.StartAsync(cluster, options => options.WorkDirectory = root, stages: [stage]);
                Assert.True(Directory.Exists(alive), "The second worker swept the first, which is alive.");
                Assert.False(Directory.Exists(dead), "What the killed worker left is still there.");
            }

            Assert.Equal([foreign, foreign + ".lock"], Directory.GetFileSystemEntries(root).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task OptionsThatCannotWorkAreRefusedAtStartByName()
    {
        var stage = new CodeStage("any", (_, _) => Task.FromResult(StageResult.Empty));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => WorkerHost.StartAsync(
            cluster,
            options =>
            {
                options.Concurrency = 0;
                options.Queues = [];
                options.LeaseDuration = TimeSpan.FromSeconds(2);
                options.HeartbeatInterval = TimeSpan.FromSeconds(1);
            },
            stages: [stage]));
        Assert.Equal(3, refused.Failures.Count());

        var none = await Assert.ThrowsAsync<InvalidOperationException>(() => WorkerHost.StartAsync(cluster));
        Assert.Contains("register one as IStage", none.Message, StringComparison.Ordinal);
        var twice = await Assert.ThrowsAsync<InvalidOperationException>(() => WorkerHost.StartAsync(cluster, stages: [stage, stage]));
        Assert.Contains("for the kind 'any'", twice.Message, StringComparison.Ordinal);
        var folder = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(cluster, options => options.WorkDirectory = "/proc/nowhere", stages: [stage]));
        Assert.Contains("The work folder /proc/nowhere of this worker cannot be used", folder.Message, StringComparison.Ordinal);
    }
}

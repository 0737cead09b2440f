using System.Collections.Concurrent;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A worker keeps to its lease: it stops when it has lost it, and what it says afterwards changes nothing.</summary>
public sealed class WorkerLeaseTests(ClientCluster cluster)
{
    private readonly string _queue = $"queue-{Guid.NewGuid():N}";

    [Fact]
    public async Task ACancelledTaskStopsItsStageAndALateResultChangesNothing()
    {
        var running = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var stage = new CodeStage("long", async (_, token) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
            return new StageResult { TaskResult = JsonText.FromString("too late") };
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await running.Task.Happens("the stage began");

        var reply = await cluster.Tasks.CancelAsync(task);
        await stopped.Task.Happens("the stage was told to stop");
        await worker.StopAsync();

        var state = await cluster.LoadAsync(task);
        Assert.Equal((RunStatus.Cancelled, reply.Version), (state.Status, state.Version));
        Assert.Null(state.Result);
    }

    [Fact]
    public async Task APausedTaskGetsItsStageBackAndResumesWithAnotherAttempt()
    {
        var running = new TaskCompletionSource();
        var stage = new CodeStage("long", async (context, token) =>
        {
            if (context.Attempt == 1)
            {
                running.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            }

            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await running.Task.Happens("the stage began");

        await cluster.Tasks.PauseAsync(task);
        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].Lease is null);
        Assert.Equal(RunStatus.Pending, (await cluster.LoadAsync(task)).Stages[0].Status);
        await cluster.Tasks.ResumeAsync(task);

        var state = await worker.FinishAsync(task);
        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Equal((2, 0, 0), (state.Stages[0].Attempt, state.Stages[0].LostAttempts, state.Stages[0].FailedAttempts));
    }

    [Fact]
    public async Task AWorkerThatLosesItsLeaseStopsAndTheNextAttemptCounts()
    {
        var running = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var stage = new CodeStage("held", async (context, token) =>
        {
            if (context.Attempt == 1)
            {
                running.SetResult();
                await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
            }

            return new StageResult { TaskResult = JsonText.FromString($"attempt {context.Attempt}") };
        });
        var name = $"worker-{Guid.NewGuid():N}";
        await using var worker = await WorkerHost.StartAsync(cluster, options => options.Name = name, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "held" });
        await running.Task.Happens("the stage began");

        await cluster.Tasks.ExecuteAsync(task, new DeclareWorkerLost(name));

        await stopped.Task.Happens("the first attempt was told to stop");
        var state = await worker.FinishAsync(task);
        Assert.Equal("\"attempt 2\"", state.Result?.Value);
        Assert.Equal(1, state.Stages[0].LostAttempts);
    }

    [Fact]
    public async Task ALateResultOfAWorkerThatSleptPastItsLeaseIsRefusedAndChangesNothing()
    {
        var done = new CodeStage("other", (_, _) => Task.FromResult(StageResult.Empty));
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [done]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "slept" });
        var start = await cluster.Tasks.ExecuteAsync(task, new StartStage("slept", new WorkerId("sleeper", Guid.NewGuid()), TimeSpan.FromSeconds(1)));
        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].Status == RunStatus.Pending);
        var before = await cluster.Tasks.ReadAsync(task);

        var late = await cluster.Tasks.ExecuteAsync(task, new CompleteStage("slept", start.Lease!.Token));
        var report = await cluster.Tasks.ExecuteAsync(task, new ReportProgress("slept", start.Lease.Token, 0.9, "late"));
        var failure = await cluster.Tasks.ExecuteAsync(task, new FailStage("slept", start.Lease.Token, "late"));

        Assert.All([late, report, failure], reply => Assert.Equal(RefusalReason.LeaseLost, reply.Reason));
        Assert.Equal(WorkerDirective.Cancel, report.Directive);
        Assert.Equal(before!.Json, (await cluster.Tasks.ReadAsync(task))!.Json);
    }

    [Fact]
    public async Task WorkersOfTwoProcessesDoEveryStageOnce()
    {
        var done = new ConcurrentQueue<string>();
        var stage = new CodeStage("once", (context, _) =>
        {
            done.Enqueue($"{context.TaskId}/{context.StageName}");
            return Task.FromResult(StageResult.Empty);
        });
        await using var one = await WorkerHost.StartAsync(cluster, queue: _queue, stages: [stage]);
        await using var two = await WorkerHost.StartAsync(cluster, queue: _queue, stages: [stage]);
        var names = Enumerable.Range(0, 10).Select(i => new StageDefinition { Name = $"once:{i}" }).ToArray();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => one.SubmitAsync(names)));

        var states = await Task.WhenAll(tasks.Select(one.FinishAsync));

        Assert.All(states, state => Assert.Equal(RunStatus.Completed, state.Status));
        Assert.Equal(50, done.Distinct().Count());
        Assert.Equal(50, done.Count);
    }
}

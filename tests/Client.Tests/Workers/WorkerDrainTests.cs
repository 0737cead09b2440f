using System.Diagnostics;
using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A worker that is told to stop works on at what it holds, for as long as its options say.</summary>
public sealed class WorkerDrainTests(ClientCluster cluster)
{
    private readonly TaskCompletionSource _running = new();
    private readonly TaskCompletionSource _end = new();

    [Fact]
    public async Task AStoppingWorkerWithPatienceKeepsItsLeaseAndCompletesWhatItHolds()
    {
        await using var worker = await StartAsync(TimeSpan.FromMinutes(10));
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await _running.Task.Happens("the stage began");

        var stopping = worker.StopAsync();
        var next = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        var lease = (await cluster.LoadAsync(task)).Stages[0].Lease!;

        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].Lease!.ExpiresAt > lease.ExpiresAt);
        Assert.False(stopping.IsCompleted);
        _end.SetResult();
        await stopping.Happens("the worker stopped");

        var stage = (await cluster.LoadAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Completed, 1, 0), (stage.Status, stage.Attempt, stage.LostAttempts));
        Assert.Equal((RunStatus.Pending, 0), ((await cluster.LoadAsync(next)).Stages[0].Status, (await cluster.LoadAsync(next)).Stages[0].Attempt));
    }

    [Fact]
    public async Task AWorkerWhosePatienceIsOverGivesBackWhatItHolds()
    {
        await using var worker = await StartAsync(TimeSpan.FromSeconds(1));
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await _running.Task.Happens("the stage began");

        var began = Stopwatch.StartNew();
        await worker.StopAsync().Happens("the worker stopped");

        Assert.True(began.Elapsed >= TimeSpan.FromSeconds(0.9), $"It gave up after {began.Elapsed.TotalSeconds:0.0} s.");
        await AssertGivenBackAsync(task);
    }

    [Fact]
    public async Task AWorkerWhoseHostHasNoPatienceGivesBackWhatItHoldsAtOnce()
    {
        await using var worker = await StartAsync(TimeSpan.FromMinutes(10));
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await _running.Task.Happens("the stage began");
        using var impatience = new CancellationTokenSource();

        var stopping = worker.StopAsync(impatience.Token);
        Assert.False(stopping.IsCompleted);
        await impatience.CancelAsync();
        await stopping.Happens("the worker stopped");

        await AssertGivenBackAsync(task);
    }

    [Fact]
    public async Task LimitsThatCannotWorkAreRefusedAtStartByName()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(TimeSpan.FromDays(8), ("long", 0)));
        Assert.Contains(refused.Failures, failure => failure.Contains("limit of a kind of stages goes from 1 to 256", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("works on for at most 7 days", StringComparison.Ordinal));

        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(TimeSpan.Zero, ("nothing", 1)));
        Assert.Equal("The limit for 'nothing' is for no stage of this worker. It does long.", unknown.Message);
    }

    private async Task AssertGivenBackAsync(TaskId task)
    {
        var stage = (await cluster.WhenGivenBackAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Pending, 0, 0), (stage.Status, stage.LostAttempts, stage.FailedAttempts));
    }

    private Task<WorkerHost> StartAsync(TimeSpan patience, params (string Kind, int Most)[] limits) => WorkerHost.StartAsync(
        cluster,
        options =>
        {
            options.DrainPatience = patience;

            // It is renewed when a third of it has passed, and what is left then is time enough for any machine.
            options.LeaseDuration = TimeSpan.FromSeconds(9);
            options.KindLimits = options.KindLimits.AddRange(limits.Select(limit => KeyValuePair.Create(limit.Kind, limit.Most)));
        },
        stages: [new CodeStage("long", async (_, token) =>
        {
            _running.TrySetResult();
            await _end.Task.WaitAsync(token);
            return StageResult.Empty;
        })]);
}

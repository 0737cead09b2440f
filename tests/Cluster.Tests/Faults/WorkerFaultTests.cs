using VideoGen.Cluster.Tests.Processes;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>What may befall workers that are real processes.</summary>
public sealed class WorkerFaultTests : IDisposable
{
    private const string Abandoned = "ended: Abandoned";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>F23, F24: a worker stands still for longer than its lease. What it does when it wakes changes nothing any more; and then it works on.</summary>
    [Fact]
    public async Task AWorkerSleepsPastItsLeaseAndWakesWithAResult()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await new VideoGenCommand(_folder.File("data")).StartSiloAsync("--redis", redis.Address, "--fast-membership");
        await using var client = await ClusterClient.ConnectAsync(redis.Address);
        await using var sleeper = StartWorker(redis, "sleeper");
        var task = await SubmitAsync(client, "story");
        await sleeper.WaitForLineAsync("story begun by sleeper, attempt 1");

        await sleeper.SignalAsync("STOP");
        await using var other = StartWorker(redis, "other");
        await other.WaitForLineAsync("story begun by other, attempt ");
        var held = Assert.Single((await client.Tasks.ReadAsync(task, Ended))!.ToState().Stages);
        Assert.True(held.LostAttempts >= 1 && held.Attempt >= 2, held.ToString());
        _folder.Write("story", "");
        var end = await client.Tasks.WaitAsync(task, Ended);
        await AssertMadeByAsync("other", end);
        var before = await client.Tasks.ReadAsync(task, Ended);
        await other.KillAsync();
        var abandoned = sleeper.CountOf(Abandoned);
        await sleeper.SignalAsync("CONT");

        await sleeper.WaitForCountAsync(Abandoned, abandoned + 1);
        Assert.Equal(before!.Version, (await client.Tasks.ReadAsync(task, Ended))!.Version);
        _folder.Write("next", "");
        await AssertMadeByAsync("sleeper", await client.Tasks.WaitAsync(await SubmitAsync(client, "next"), Ended));
    }

    private static async Task<TaskId> SubmitAsync(ClusterClient client, string id)
    {
        var task = TaskId.Parse(id);
        var pipeline = new PipelineDefinition { Name = "waiting", Stages = [new StageDefinition { Name = WorkerProgram.StageKind }] };
        Assert.False((await client.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline), Ended)).IsRefused);
        return task;
    }

    private async Task AssertMadeByAsync(string worker, TaskState? state)
    {
        Assert.NotNull(state);
        Assert.Equal(RunStatus.Completed, state.Status);
        var artifact = Assert.Single(Assert.Single(state.Stages).ArtifactDetails!.Values);
        Assert.Equal(worker, await File.ReadAllTextAsync(Path.Combine(_folder.File("artifacts"), artifact.Uri), Ended));
    }

    private ToolProcess StartWorker(RedisServer redis, string name) =>
        new("dotnet", [typeof(WorkerFaultTests).Assembly.Location, "work", redis.Address, name, _folder.Path]);
}

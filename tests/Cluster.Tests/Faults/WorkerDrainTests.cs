using VideoGen.Cluster.Tests.Processes;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>The <c>videogen worker</c> of a cluster is told to end while an ffmpeg of its stage is at work.</summary>
public sealed class WorkerDrainTests
{
    private static readonly TaskId Note = TaskId.Parse("note");

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AWorkerThatIsToldToEndEndsItsStageFirstAndGivesItBackWhenToldAgain(int signals) =>
        Assert.True(await EndsItsStageAsync(signals) || await EndsItsStageAsync(signals), "The worker did not come to an end in time.");

    /// <summary>False when a worker in a hurry came to the end of its time before it could give back what it holds, and said so.</summary>
    private static async Task<bool> EndsItsStageAsync(int signals)
    {
        using var folder = new TemporaryFolder();
        var tools = SlowTools.Create(folder);
        var videogen = new VideoGenCommand(folder.File("data"));
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await videogen.StartSiloAsync("--redis", redis.Address);
        await using var worker = videogen.Start(["worker", "--redis", redis.Address, "--concurrency", "1"], settings: tools.Settings);
        await worker.WaitForLineAsync("The worker is up");
        await using var client = await ClusterClient.ConnectAsync(redis.Address);
        var document = folder.Write("note.md", Documents.Note);
        Assert.Equal(0, (await videogen.RunAsync("submit", document, "--redis", redis.Address, "--id", "note", "--size", "640x360")).ExitCode);
        await tools.WaitForWorkAsync(worker);
        var held = await HeldAsync(client);

        await worker.SignalAsync("TERM");
        await worker.WaitForLineAsync("The worker takes nothing more, and works on at what it holds for up to 10m.");
        if (signals == 2)
        {
            await worker.SignalAsync("TERM");
        }
        else
        {
            tools.Release();
        }

        var exitCode = await worker.WaitForExitAsync();
        tools.Release();
        if (signals == 2 && HurriedEnd.IsOf(worker, exitCode))
        {
            return false;
        }

        Assert.True(exitCode == 0, worker.Output);
        var after = (await client.Tasks.ReadAsync(Note, Ended))!.ToState().Stages.Single(stage => stage.Name == held.Name);
        var expected = signals == 2 ? RunStatus.Pending : RunStatus.Completed;
        Assert.Equal((expected, 1, 0, 0), (after.Status, after.Attempt, after.LostAttempts, after.FailedAttempts));
        Assert.Null(after.Lease);
        return true;
    }

    private static async Task<StageState> HeldAsync(ClusterClient client) =>
        (await client.Tasks.ReadAsync(Note, Ended))!.ToState().Stages.Single(stage => stage.Lease is not null);
}

using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>Silos and workers as processes of their own, which meet in a real Redis and share a folder.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task TwoSilosAndTwoWorkersMakeAVideoAlthoughOneOfEachIsKilled()
    {
        using var folder = new TemporaryFolder();
        var videogen = new VideoGenCommand(folder.File("data"));
        var document = folder.Write("note.md", Documents.Note);
        await using var redis = await RedisServer.StartAsync();
        await using var firstSilo = StartSilo(videogen, redis);
        await firstSilo.WaitForLineAsync("The silo is up");
        await using var secondSilo = StartSilo(videogen, redis);
        await secondSilo.WaitForLineAsync("The silo is up");
        await using var firstWorker = videogen.Start("worker", "--redis", redis.Address, "--concurrency", "1");
        await firstWorker.WaitForLineAsync("The worker is up");
        await using var secondWorker = videogen.Start("worker", "--redis", redis.Address, "--concurrency", "1");
        await secondWorker.WaitForLineAsync("The worker is up");

        await using var submission = videogen.Start(
            ["submit", document, "--redis", redis.Address, "--id", "cluster-note", "--size", "640x360", "--wait", "-o", folder.File("note.mp4")], folder.Path);
        await submission.WaitForLineAsync("Synthesis");
        await firstWorker.KillAsync();
        await firstSilo.KillAsync();

        Assert.True(await submission.WaitForExitAsync() == 0, submission.Output + secondSilo.Output + secondWorker.Output);
        await Probe.AssertVideoAsync(folder.File("note.mp4"));
        var (exitCode, shown) = await videogen.RunAsync("show", "cluster-note", "--json", "--redis", redis.Address);
        Assert.Equal(0, exitCode);
        using var task = JsonDocument.Parse(shown);
        Assert.All(
            task.RootElement.GetProperty("task").GetProperty("stages").EnumerateObject(),
            stage => Assert.Equal("completed", stage.Value.GetProperty("status").GetString()));

        (exitCode, shown) = await videogen.RunAsync("queues", "--json", "--redis", redis.Address);
        Assert.Equal(0, exitCode);
        using var queues = JsonDocument.Parse(shown);
        var queue = Assert.Single(queues.RootElement.GetProperty("queues").EnumerateArray());
        Assert.Equal(("default", 0), (queue.GetProperty("name").GetString(), queue.GetProperty("waiting").GetInt64()));
        Assert.True(queue.GetProperty("workers").GetInt32() > 0, shown);
    }

    private static ToolProcess StartSilo(VideoGenCommand videogen, RedisServer redis) =>
        videogen.Start("silo", "--redis", redis.Address, "--fast-membership");
}

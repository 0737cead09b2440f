using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>Silos and workers as processes of their own, as <c>scripts/cluster.sh</c> brings them up: they meet in a real Redis and share a folder.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task TwoSilosAndTwoWorkersMakeAVideoAlthoughOneOfEachIsKilled()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = new ClusterScript(folder);
        var document = folder.Write("note.md", Documents.Note);
        Assert.Contains("http://127.0.0.1:", await cluster.SucceedAsync("up", "--silos", "2", "--workers", "2"), StringComparison.Ordinal);
        var processes = cluster.ProcessIds;
        Assert.Equal(["redis", "silo-1", "silo-2", "worker-1", "worker-2"], processes.Keys.Order());

        await using var submission = cluster.StartInside(
            $"$VIDEOGEN_PROGRAM submit {document} --id cluster-note --size 640x360 --wait -o {folder.File("note.mp4")}");
        await submission.WaitForLineAsync("Synthesis");
        await cluster.SucceedAsync("kill", "worker-1", "-9");
        await cluster.SucceedAsync("kill", "silo-1", "-9");
        Assert.Equal(1, (await cluster.RunAsync("status")).ExitCode);

        Assert.True(await submission.WaitForExitAsync() == 0, submission.Output);
        await Probe.AssertVideoAsync(folder.File("note.mp4"));
        using var task = await AskAsync(cluster, "show cluster-note --json");
        Assert.All(
            task.RootElement.GetProperty("task").GetProperty("stages").EnumerateObject(),
            stage => Assert.Equal("completed", stage.Value.GetProperty("status").GetString()));

        using var queues = await AskAsync(cluster, "queues --json");
        var queue = Assert.Single(queues.RootElement.GetProperty("queues").EnumerateArray());
        Assert.Equal(("default", 0), (queue.GetProperty("name").GetString(), queue.GetProperty("waiting").GetInt64()));
        Assert.True(queue.GetProperty("workers").GetInt32() > 0, queue.ToString());

        await cluster.SucceedAsync("down");
        Assert.DoesNotContain(processes.Values, SlowTools.IsAlive);
    }

    private static async Task<JsonDocument> AskAsync(ClusterScript cluster, string arguments)
    {
        await using var command = cluster.StartInside($"$VIDEOGEN_PROGRAM {arguments}");
        Assert.True(await command.WaitForExitAsync() == 0, command.Output);
        return JsonDocument.Parse(command.Output);
    }
}

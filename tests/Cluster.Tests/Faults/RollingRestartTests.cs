using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>A cluster is renewed, silo by silo and worker by worker, while tasks go through it all the time.</summary>
public sealed class RollingRestartTests : IAsyncDisposable
{
    /// <summary>Clients that each have one task made after the other.</summary>
    private const int Clients = 6;

    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "brief",
        Stages =
        [
            new StageDefinition { Name = "brief:1" },
            new StageDefinition { Name = "brief:2", DependsOn = ["brief:1"] },
            new StageDefinition { Name = "brief:3", DependsOn = ["brief:1"] },
        ],
    };

    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ToolProcess> _processes = [];
    private readonly ConcurrentQueue<TaskState> _ended = [];

    private string Said => string.Join("\n\n", _processes.Select(process => process.Output));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        _folder.Dispose();
    }

    /// <summary>F10: no call fails, no stage is done twice, and no attempt is lost, given back or tried again.</summary>
    [Fact]
    public async Task EachSiloAndEachWorkerIsReplacedWhileTasksFlow()
    {
        await using var redis = await RedisServer.StartAsync();
        var silos = await Task.WhenAll(StartSiloAsync(redis), StartSiloAsync(redis));
        var workers = await Task.WhenAll(StartWorkerAsync(redis, "a1"), StartWorkerAsync(redis, "b1"));
        await using var client = await ClusterClient.ConnectAsync(redis.Address);
        using var end = new CancellationTokenSource();
        var flow = Enumerable.Range(0, Clients).Select(i => FlowAsync(client, i, end.Token)).ToArray();
        await GoesOnAsync(flow);

        for (var i = 0; i < 2; i++)
        {
            var renewed = await Task.WhenAll(StartSiloAsync(redis), StartWorkerAsync(redis, i == 0 ? "a2" : "b2"));
            await StopAsync(workers[i]);
            await GoesOnAsync(flow);
            await StopAsync(silos[i]);
            await GoesOnAsync(flow);
            Assert.All(renewed, process => Assert.False(process.HasExited, process.Output));
        }

        await end.CancelAsync();
        await Task.WhenAll(flow);
        foreach (var (task, stage) in _ended.SelectMany(task => task.Stages.Select(stage => (task, stage))))
        {
            var isDoneAtOnce = stage is { Status: RunStatus.Completed, Attempt: 1, FormerAttempts: null };
            if (!isDoneAtOnce)
            {
                Assert.Fail($"{JsonSerializer.Serialize(task, TaskJson.Default.TaskState)}\n{Said}");
            }
        }

        var done = await DoneAsync(_ended.Count * Pipeline.Stages.Length);
        Assert.Equal(done.Count, done.Distinct().Count());
        Assert.Equal(_ended.Count * Pipeline.Stages.Length, done.Count);
        Assert.Equal(4, _ended.SelectMany(task => task.Stages).Select(stage => stage.CompletedBy).Distinct().Count());
    }

    private async Task FlowAsync(ClusterClient client, int number, CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            var task = TaskId.Parse($"flow-{number}-{i}");
            var created = await client.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, Pipeline), TestContext.Current.CancellationToken);
            Assert.Equal(CommandOutcome.Applied, created.Outcome);
            _ended.Enqueue((await client.Tasks.WaitAsync(task, TestContext.Current.CancellationToken))!);
        }
    }

    /// <summary>From now on tasks end: two for each client, taken together.</summary>
    private async Task GoesOnAsync(Task[] flow)
    {
        var patience = Stopwatch.StartNew();
        for (var enough = _ended.Count + (2 * Clients); _ended.Count < enough;)
        {
            if (flow.FirstOrDefault(client => client.IsCompleted) is { } failed)
            {
                await failed;
            }

            if (patience.Elapsed >= ToolProcess.Patience)
            {
                Assert.Fail($"Tasks no longer end:\n{Said}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The stages that workers say they did, once they said so many: the last words of a worker that goes on may still be on their way here.</summary>
    private async Task<List<string>> DoneAsync(int count)
    {
        var patience = Stopwatch.StartNew();
        while (_processes.Sum(process => process.CountOf("done ")) < count && patience.Elapsed < ToolProcess.Patience)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return [.. _processes.SelectMany(process => process.Output.Split('\n')).Where(line => line.StartsWith("done ", StringComparison.Ordinal))];
    }

    private static async Task StopAsync(ToolProcess process)
    {
        await process.SignalAsync("TERM");
        var exitCode = await process.WaitForExitAsync().WithinAsync(StopBound, () => process.Output);
        Assert.True(exitCode == 0 || HurriedEnd.IsOf(process, exitCode), $"It ended with {exitCode}:\n{process.Output}");
    }

    private async Task<ToolProcess> StartSiloAsync(RedisServer redis) =>
        Keep(await new VideoGenCommand(_folder.File("data")).StartSiloAsync("--redis", redis.Address));

    private async Task<ToolProcess> StartWorkerAsync(RedisServer redis, string name)
    {
        string[] arguments = [typeof(RollingRestartTests).Assembly.Location, "work", redis.Address, name, _folder.Path, "4", WorkerProgram.Drains];
        var worker = Keep(new ToolProcess("dotnet", arguments));
        await worker.WaitForLineAsync($"{name} is up");
        return worker;
    }

    private ToolProcess Keep(ToolProcess process)
    {
        lock (_processes)
        {
            _processes.Add(process);
        }

        return process;
    }
}

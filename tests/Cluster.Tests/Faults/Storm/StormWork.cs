using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Faults.Storm;

/// <summary>The pipelines that go through the storm: they are submitted all the time, and compared in the end with what their workers were told.</summary>
internal sealed partial class StormWork : IAsyncDisposable
{
    public const string Limit = "gpu";
    public const int Slots = 2;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly ClusterClient _client;
    private readonly ConcurrentQueue<TaskId> _tasks = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _submitting = Task.CompletedTask;

    private StormWork(ClusterClient client)
    {
        _client = client;
    }

    public int Tasks => _tasks.Count;

    public int Stages { get; private set; }

    private static PipelineDefinition Pipeline { get; } = new()
    {
        Name = "storm",
        Stages = [Stage("a", limited: true), Stage("b", limited: false, "a"), Stage("c", limited: true, "b")],
    };

    public static async Task<StormWork> StartAsync(string redis)
    {
        var work = new StormWork(await ClusterClient.ConnectAsync(redis));
        await work.UntilDoneAsync(settings => settings.SetLimitAsync(new LimitDefinition(Limit) { MaxConcurrent = Slots }));
        work._submitting = Task.Run(work.SubmitAsync);
        return work;
    }

    /// <summary>From the answer on nothing is begun.</summary>
    public Task PauseAsync() => UntilDoneAsync(settings => settings.PauseQueueAsync(
        new QueuePause(StageDefinition.DefaultQueue, "storm", "to see that nothing begins", DateTimeOffset.UtcNow, null)));

    public Task ResumeAsync() => UntilDoneAsync(settings => settings.ResumeQueueAsync(StageDefinition.DefaultQueue));

    public static int BegunIn(IEnumerable<string> lines) => lines.Count(line => line.Contains(" begins under token ", StringComparison.Ordinal));

    /// <summary>Every task completes, each stage under the one attempt that a worker was told of, with what that one made (T1, T2, T7, T9).</summary>
    public async Task CheckAsync(IEnumerable<string> workerLines, string artifacts)
    {
        await _ending.CancelAsync();
        await _submitting;
        var told = workerLines.Select(line => Completion().Match(line)).Where(match => match.Success)
            .ToLookup(match => (match.Groups["task"].Value, match.Groups["stage"].Value), match => match.Groups["token"].Value);
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        foreach (var task in _tasks)
        {
            var state = await _client.Tasks.WaitAsync(task, patience.Token);
            Assert.True(state?.Status == RunStatus.Completed, $"Task {task} is {state?.Status}: {string.Join(' ', state?.Errors ?? [])}");
            Assert.Equal(Pipeline.Stages.Length, state!.Stages.Count);
            foreach (var stage in state!.Stages)
            {
                var artifact = Assert.Single(stage.ArtifactDetails!.Values);
                Assert.True(File.Exists(Path.Combine(artifacts, artifact.Uri)), $"{artifact.Uri} of task {task} is not there.");
                var tokens = told[(task.Value, stage.Name.Value)].ToList();
                Assert.True(tokens.Count <= 1, $"Stage {stage.Name} of task {task} was completed under the tokens {string.Join(", ", tokens)}.");
                Assert.All(tokens, token => Assert.Contains($"/{token}/", artifact.Uri, StringComparison.Ordinal));
                Stages++;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _submitting;
        await _client.DisposeAsync();
        _ending.Dispose();
    }

    private static StageDefinition Stage(string unit, bool limited, params string[] dependsOn) => new()
    {
        Name = $"{WorkerProgram.BriefKind}:{unit}",
        DependsOn = [.. dependsOn.Select(other => StageName.Parse($"{WorkerProgram.BriefKind}:{other}"))],
        Limits = limited ? [new StageLimit(Limit)] : null,
    };

    [GeneratedRegex(@"Task (?<task>\S+): stage (?<stage>\S+) under token (?<token>\d+) ended: Completed")]
    private static partial Regex Completion();

    private async Task SubmitAsync()
    {
        for (var i = 0; !_ending.IsCancellationRequested; i++)
        {
            var task = TaskId.Parse($"storm-{i}");
            await UntilDoneAsync(async () =>
                Assert.False((await _client.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, Pipeline), CancellationToken.None)).IsRefused));
            _tasks.Enqueue(task);
            await Task.Delay(Pace);
        }
    }

    private Task UntilDoneAsync(Func<IClusterSettingsGrain, Task> change) => UntilDoneAsync(() => change(_client.Grains.GetGrain<IClusterSettingsGrain>(0)));

    /// <summary>A client gives up after a while, and does not repeat settings at all; saying the same twice changes nothing.</summary>
    private static async Task UntilDoneAsync(Func<Task> action)
    {
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }
}

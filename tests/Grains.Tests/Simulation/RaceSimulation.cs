using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// Several callers at one task that they orchestrate themselves: marked updates, progress, compare-and-swap, and cancel, retry and delete against each other
/// (F32), on a store that fails, with activations that crash, end, or are two at a time.
/// </summary>
internal sealed class RaceSimulation
{
    private const string TaskName = "race";

    private static readonly string[] Stages = ["script", "audio", "video"];

    private readonly VirtualWorld _world;
    private readonly SimulatedStore _store;
    private readonly SimulatedCluster _cluster;
    private readonly RecordedHistory _history = new();
    private readonly bool _oneActivation;
    private readonly bool _staleReads;
    private readonly bool _crashes;
    private readonly bool _deletes;
    private int _marks;

    private RaceSimulation(int seed)
    {
        _world = new VirtualWorld(seed);
        var intensity = _world.Chance(0.15) ? 0 : _world.Random.NextDouble() * 0.35;
        _oneActivation = _world.Chance(0.6);
        _staleReads = _world.Chance(0.15);
        _crashes = _world.Chance(0.5);
        _deletes = _world.Chance(0.3);
        _store = new SimulatedStore(_world)
        {
            Faults = new FaultProfile
            {
                FailBefore = Part(intensity),
                ExecuteThenFail = Part(intensity),
                LateExecute = Part(intensity),
                ConflictOnOwnSuccess = Part(intensity),
                Throttle = Part(intensity),
                FailRead = Part(intensity),
                StaleRead = _staleReads ? 0.2 : 0,
                MaxDelaySeconds = _world.Chance(0.3) ? 0.5 : 0.02,
            },
        };
        _cluster = new SimulatedCluster(_world, _store, TaskName, _oneActivation ? 1 : 2);
    }

    /// <summary>What went wrong in the run of that seed; nothing when all promises held.</summary>
    public static IReadOnlyList<string> Run(int seed)
    {
        var simulation = new RaceSimulation(seed);
        simulation._world.Run(simulation.RunAsync, TimeSpan.FromHours(2));
        return Checker.Check(simulation._history, simulation._store, simulation._cluster, simulation._oneActivation, simulation._staleReads);
    }

    private double Part(double intensity) => _world.Chance(0.5) ? intensity * _world.Random.NextDouble() : 0;

    private async Task RunAsync()
    {
        await CreateAsync(new SimulatedClient(_world, _cluster, _history));
        var callers = Enumerable.Range(0, 2 + _world.Random.Next(5)).Select(_ => CallAsync()).ToList();
        var nemesis = _crashes ? DisturbAsync(Task.WhenAll(callers)) : Task.CompletedTask;
        await Task.WhenAll(callers);
        await nemesis;

        // The faults are over: now everything must come to rest, and late writes have had their time.
        _store.Faults = FaultProfile.None;
        await Task.Delay(TimeSpan.FromSeconds(20), _world.Time);
        await _cluster.SettleAsync();
        await new SimulatedClient(_world, _cluster, _history).ReadAsync();
    }

    private static Task<TaskReply?> CreateAsync(SimulatedClient client) =>
        client.ExecuteAsync(new CreateTask(TaskId.Parse(TaskName), JsonText.EmptyObject, null));

    private async Task CallAsync()
    {
        var client = new SimulatedClient(_world, _cluster, _history);
        for (var i = 8 + _world.Random.Next(10); i > 0; i--)
        {
            await OneAsync(client);
            await _world.DelayAsync(0, 0.3);
        }
    }

    private async Task OneAsync(SimulatedClient client)
    {
        var stage = Stages[_world.Random.Next(Stages.Length)];
        var mark = $"<{++_marks}>";
        switch (_world.Random.Next(20))
        {
            case < 4:
                await client.ExecuteAsync(new FailStage(stage, null, mark), mark);
                break;
            case < 8:
                await client.ExecuteAsync(
                    new CompleteStage(stage, null) { Warnings = [mark], ArtifactAddresses = StageState.EmptyArtifacts.Add($"a{_marks % 5}", mark) },
                    mark);
                break;
            case < 10:
                await client.ExecuteAsync(new StartStage(stage, null, default));
                break;
            case < 14:
                await client.ReportAsync(new ReportProgress(stage, null, _world.Random.NextDouble(), $"message {_marks}") { Sequence = _marks });
                break;
            case < 15:
                await client.ExecuteAsync(new ReportProgress(stage, null, _world.Random.NextDouble(), null) { Durable = true });
                break;
            case < 17:
                await SwapAsync(client, mark);
                break;
            case < 18:
                await client.ReadAsync();
                break;
            case < 19 when _deletes:
                await client.ExecuteAsync(new CancelTask());
                await client.ExecuteAsync(_world.Chance(0.5) ? new RetryTask() : new DeleteTask());
                await CreateAsync(client);
                break;
            default:
                await client.ExecuteAsync(_world.Chance(0.5) ? new CancelTask() : new RetryTask());
                break;
        }
    }

    /// <summary>Load, change, save under the version, as the seed's atomic update does.</summary>
    private static async Task SwapAsync(SimulatedClient client, string mark)
    {
        if (await client.ReadAsync() is { } state)
        {
            var changed = state with { Warnings = state.Warnings.Add(mark), Stages = Touch(state.Stages) };
            var json = JsonText.Parse(System.Text.Json.JsonSerializer.Serialize(changed, TaskJson.Default.TaskState));
            await client.ExecuteAsync(new SaveTask(state.Version, json), mark);
        }
    }

    private static StageMap Touch(StageMap stages) =>
        stages.Contains("script") ? stages : stages.WithRange(Stages.Select(name => new StageState { Name = name }).ToImmutableArray());

    private async Task DisturbAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            await _world.DelayAsync(0.2, 3);
            if (_world.Chance(0.7))
            {
                await _cluster.CrashOneAsync();
            }
            else
            {
                await _cluster.EndOneAsync();
            }
        }
    }
}

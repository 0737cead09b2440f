using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// A whole pipeline with fan-out, done by workers that crash, sleep past their leases, lose races and fail, while people cancel, pause and retry. When the
/// faults are over, the task must come to its end by itself (T9).
/// </summary>
internal sealed class PipelineSimulation
{
    private const string TaskName = "pipeline";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly VirtualWorld _world;
    private readonly SimulatedStore _store;
    private readonly SimulatedCluster _cluster;
    private readonly RecordedHistory _history = new();
    private readonly bool _oneActivation;
    private readonly bool _clockJumps;
    private bool _calm;
    private bool _isOver;

    private PipelineSimulation(int seed)
    {
        _world = new VirtualWorld(seed);
        var intensity = _world.Random.NextDouble() * 0.2;
        _oneActivation = _world.Chance(0.6);
        _store = new SimulatedStore(_world)
        {
            Faults = new FaultProfile
            {
                FailBefore = intensity * _world.Random.NextDouble(),
                ExecuteThenFail = intensity * _world.Random.NextDouble(),
                LateExecute = intensity * _world.Random.NextDouble(),
                ConflictOnOwnSuccess = intensity * _world.Random.NextDouble(),
                FailRead = intensity * _world.Random.NextDouble(),
                MaxDelaySeconds = _world.Chance(0.3) ? 0.4 : 0.02,
            },
        };
        _cluster = new SimulatedCluster(_world, _store, TaskName, _oneActivation ? 1 : 2);
        _clockJumps = _world.Chance(0.5);
        _world.TickStalls = _world.Chance(0.3) ? 0.1 : 0;
    }

    public static PipelineDefinition Definition { get; } = new()
    {
        Name = "document-video",
        Stages =
        [
            Stage("parse", critical: true),
            Stage("audio", critical: true, group: true, dependsOn: ["parse"]),
            Stage("video", group: true, dependsOn: ["parse"]),
            Stage("output", critical: true, dependsOn: ["audio", "video"]),
        ],
    };

    /// <summary>What the first stage adds: two scenes, each spoken and then drawn.</summary>
    public static ImmutableArray<StageDefinition> Scenes { get; } =
    [
        Stage("audio:1"), Stage("video:1", dependsOn: ["audio:1"]),
        Stage("audio:2"), Stage("video:2", dependsOn: ["audio:2"]),
    ];

    private static readonly string[] Names = [.. Definition.Stages.Concat(Scenes).Select(stage => stage.Name.Value)];

    public static IReadOnlyList<string> Run(int seed)
    {
        var simulation = new PipelineSimulation(seed);
        simulation._world.Run(simulation.RunAsync, TimeSpan.FromHours(3));
        var violations = Checker.Check(simulation._history, simulation._store, simulation._cluster, simulation._oneActivation, lease: Lease).ToList();
        if (!new StoredVersion(simulation._store.History[^1]).IsFinished)
        {
            violations.Add($"T9: the task did not come to its end: {System.Text.Encoding.UTF8.GetString(simulation._store.History[^1].Json)}");
        }

        return violations;
    }

    private static StageDefinition Stage(string name, bool critical = false, bool group = false, string[]? dependsOn = null) =>
        new()
        {
            Name = name,
            Critical = critical,
            IsGroup = group,
            DependsOn = [.. dependsOn ?? []],
            Retry = new RetryPolicy { MaxAttempts = 20, MaxDelay = TimeSpan.FromSeconds(2) },
        };

    private async Task RunAsync()
    {
        var client = new SimulatedClient(_world, _cluster, _history);
        while (await client.ExecuteAsync(new CreateTask(TaskId.Parse(TaskName), JsonText.EmptyObject, Definition)) is null)
        {
        }

        var workers = Enumerable.Range(0, 3).Select(index => WorkAsync(index)).ToList();
        var jumps = _clockJumps ? JumpAsync() : Task.CompletedTask;
        for (var i = _world.Random.Next(8); i > 0; i--)
        {
            await _world.DelayAsync(0.5, 4);
            await DisturbAsync(client);
        }

        _calm = true;
        _world.TickStalls = 0;
        _store.Faults = FaultProfile.None;
        await jumps;
        await _cluster.SettleAsync();
        while (await client.ExecuteAsync(new ResumeTask()) is null or { Reason: RefusalReason.OperationExpired })
        {
        }

        var end = _world.Now.AddMinutes(10);
        while (_world.Now < end && await client.ReadAsync() is not { Status: RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled })
        {
            await Task.Delay(TimeSpan.FromSeconds(2), _world.Time);
        }

        _isOver = true;
        await Task.WhenAll(workers);
        await _cluster.SettleAsync();
    }

    /// <summary>The clock on the wall jumps an hour ahead and back (F25). Where it ends, no delay has become longer: those are promises by it.</summary>
    private async Task JumpAsync()
    {
        var furthest = TimeSpan.Zero;
        while (!_calm)
        {
            await _world.DelayAsync(0.2, 5);
            _world.WallOffset = TimeSpan.FromHours(_world.Random.Next(-1, 2));
            furthest = _world.WallOffset > furthest ? _world.WallOffset : furthest;
        }

        _world.WallOffset = furthest;
    }

    private async Task DisturbAsync(SimulatedClient client)
    {
        switch (_world.Random.Next(12))
        {
            case 0:
                await client.ExecuteAsync(new PauseTask { AfterStages = _world.Chance(0.5) });
                await client.ExecuteAsync(new ResumeTask());
                break;
            case 1:
                await client.ExecuteAsync(new CancelTask());
                await client.ExecuteAsync(new RetryTask());
                break;
            case 2:
                await client.ExecuteAsync(new DeclareWorkerLost($"worker-{_world.Random.Next(3)}"));
                break;
            case 3:
                await client.ExecuteAsync(new RestartWorker($"worker-{_world.Random.Next(3)}"));
                break;
            case 4:
                await _cluster.EndOneAsync();
                break;
            case 5:
                await client.ExecuteAsync(new RetryTask { Stages = [Names[_world.Random.Next(Names.Length)]] });
                break;
            case 6:
                await client.ExecuteAsync(new SkipStage(Names[_world.Random.Next(Names.Length)]));
                break;
            case 7:
                await client.ExecuteAsync(new StartNow());
                break;
            case 8:
                await client.ExecuteAsync(new ChangePriority(_world.Random.Next(3)));
                break;
            default:
                await _cluster.CrashOneAsync();
                break;
        }
    }

    private async Task WorkAsync(int index)
    {
        var client = new SimulatedClient(_world, _cluster, _history);
        while (!_isOver)
        {
            await _world.DelayAsync(0.05, 0.5);
            var state = await client.ReadAsync();
            if (state is null || StageReadiness.Ready(state, _world.Wall).FirstOrDefault() is not { } ready)
            {
                continue;
            }

            var worker = new WorkerId($"worker-{index}", _world.NextGuid());
            var start = await client.ExecuteAsync(new StartStage(ready.Name, worker, Lease));
            if (start?.Lease is { } lease)
            {
                await AttemptAsync(client, ready.Name, lease.Token);
            }
        }
    }

    private async Task AttemptAsync(SimulatedClient client, StageName stage, long token)
    {
        var sequence = 0;
        for (var i = 1; i <= 3; i++)
        {
            await _world.DelayAsync(0.1, 1);
            if (!_calm && _world.Chance(0.05))
            {
                // Asleep past the lease; then it goes on as if nothing had been.
                await _world.DelayAsync(4, 9);
            }

            var reply = await client.ReportAsync(new ReportProgress(stage, token, i / 4.0, $"part {i}") { Sequence = ++sequence, ExtendLease = Lease });
            if (reply?.Directive == WorkerDirective.Pause)
            {
                await client.ExecuteAsync(new ReleaseStage(stage, token));
                return;
            }

            if (!_calm && _world.Chance(0.05))
            {
                return;
            }
        }

        var last = new LastProgress(sequence + 1, 0.9, $"last word under {token}");
        if (!_calm && _world.Chance(0.1))
        {
            await client.ExecuteAsync(
                new FailStage(stage, token, $"<fail {stage} {token}>", "simulated", Retryable: true) { LastProgress = last },
                $"<fail {stage} {token}>");
            return;
        }

        await client.ExecuteAsync(
            new CompleteStage(stage, token)
            {
                Artifacts = [new Artifact("out", $"token-{token}", 1, "", "text/plain")],
                Warnings = [$"<done {stage} {token}>"],
                FanOut = stage == "parse" ? Scenes : [],
                LastProgress = last,
            },
            $"<done {stage} {token}>");
    }
}

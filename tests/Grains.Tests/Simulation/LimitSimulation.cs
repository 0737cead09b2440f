using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// Three tasks whose stages share a limit of two slots, done by workers that die and go on with the next stage in the write that completes one, while the silos
/// of tasks and of the limit die. At no time do the stored leases hold more slots than there are, and none is lost for good.
/// </summary>
internal sealed class LimitSimulation
{
    private const int Most = 2;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private static readonly PipelineDefinition Definition = new()
    {
        Name = "limited",
        Stages = [Stage("parse"), Stage("one", 1, "parse"), Stage("all", 2, "parse"), Stage("after", 0, "one"), Stage("output", 0, "all", "after")],
    };

    private readonly VirtualWorld _world;
    private readonly List<LimitedTask> _tasks = [];
    private readonly SimulatedLimit _limit;
    private bool _calm;
    private bool _isOver;

    private LimitSimulation(int seed)
    {
        _world = new VirtualWorld(seed);
        var intensity = _world.Random.NextDouble() * 0.2;
        var faults = new FaultProfile
        {
            FailBefore = intensity * _world.Random.NextDouble(),
            ExecuteThenFail = intensity * _world.Random.NextDouble(),
            ConflictOnOwnSuccess = intensity * _world.Random.NextDouble(),
            FailRead = intensity * _world.Random.NextDouble(),
            MaxDelaySeconds = _world.Chance(0.3) ? 0.2 : 0.02,
        };
        var stores = Enumerable.Range(0, 3).Select(_ => new SimulatedStore(_world) { Faults = faults }).ToList();
        _limit = new SimulatedLimit(_world, stores, Most) { FailRead = 2 * intensity, LoseWord = _world.Chance(0.5) ? 0.1 : 0 };
        for (var i = 0; i < stores.Count; i++)
        {
            var name = $"limited-{i}";
            _tasks.Add(new LimitedTask(name, stores[i], new SimulatedCluster(_world, stores[i], name, 1, _limit), new RecordedHistory()));
        }
    }

    public static IReadOnlyList<string> Run(int seed)
    {
        var simulation = new LimitSimulation(seed);
        simulation._world.Run(simulation.RunAsync, TimeSpan.FromHours(3));
        var violations = simulation._tasks
            .SelectMany(
                task => Checker.Check(task.History, task.Store, task.Cluster, oneActivation: true, lease: Lease, asksOutside: true),
                (task, violation) => $"{task.Name}: {violation}")
            .ToList();
        violations.AddRange(simulation._tasks
            .Where(task => new StoredVersion(task.Store.History[^1]).Status != "completed")
            .Select(task => $"T9: {task.Name} was not completed: {System.Text.Encoding.UTF8.GetString(task.Store.History[^1].Json)}"));
        simulation.CheckHolders(violations);
        if (simulation._limit.Used > 0)
        {
            violations.Add($"A slot leaked: {simulation._limit.Used} are taken, and nothing is at work.");
        }

        return violations;
    }

    private static StageDefinition Stage(string name, int weight = 0, params string[] dependsOn) => new()
    {
        Name = name,
        Critical = true,
        DependsOn = [.. dependsOn],
        Limits = weight > 0 ? [new StageLimit(SimulatedLimit.Name, weight)] : null,
        Retry = new RetryPolicy { MaxAttempts = 20, MaxDelay = TimeSpan.FromSeconds(2) },
    };

    /// <summary>Reads off the bytes of all tasks, in the order in which they were stored, how many slots were held.</summary>
    private void CheckHolders(List<string> violations)
    {
        var held = new Dictionary<string, int>();
        foreach (var (task, commit) in _tasks.SelectMany(task => task.Store.History.Select(commit => (task, commit))).OrderBy(entry => entry.commit.Order))
        {
            var before = held.Values.Sum();
            var version = new StoredVersion(commit);
            held[task.Name] = version.Stages.Where(stage => StoredVersion.TokenOf(stage.Value) is not null).Sum(stage => WeightOf(stage.Name));
            if (held.Values.Sum() is var now && now > Most && now > before)
            {
                violations.Add($"{now} of {Most} slots were held in {task.Name}, {version}");
            }
        }
    }

    private static int WeightOf(string stage) => stage switch { "one" => 1, "all" => 2, _ => 0 };

    private async Task RunAsync()
    {
        _limit.Start();
        foreach (var task in _tasks)
        {
            var client = new SimulatedClient(_world, task.Cluster, task.History);
            while (await client.ExecuteAsync(new CreateTask(TaskId.Parse(task.Name), JsonText.EmptyObject, Definition)) is null)
            {
            }
        }

        var workers = Enumerable.Range(0, 4).Select(WorkAsync).ToList();
        for (var i = _world.Random.Next(10); i > 0; i--)
        {
            await _world.DelayAsync(0.5, 4);
            await DisturbAsync(_tasks[_world.Random.Next(_tasks.Count)]);
        }

        _calm = true;
        (_limit.FailRead, _limit.LoseWord) = (0, 0);
        foreach (var task in _tasks)
        {
            task.Store.Faults = FaultProfile.None;
            var client = new SimulatedClient(_world, task.Cluster, task.History);
            while (await client.ExecuteAsync(new ResumeTask()) is null or { Reason: RefusalReason.OperationExpired })
            {
            }
        }

        var end = _world.Now.AddMinutes(10);
        while (_world.Now < end && _tasks.Any(task => !new StoredVersion(task.Store.History[^1]).IsFinished))
        {
            await Task.Delay(TimeSpan.FromSeconds(2), _world.Time);
        }

        _isOver = true;
        await Task.WhenAll(workers);
        await FindFreeSlotsAsync();
        _limit.IsOver = true;
    }

    /// <summary>Somebody who wants all slots makes the limit look at the store, so none stays taken for a lease that is gone.</summary>
    private async Task FindFreeSlotsAsync()
    {
        for (var second = 0; second < 60 && _limit.Used > 0; second++)
        {
            await TryAcquireAsync(Most);
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        }
    }

    private async Task DisturbAsync(LimitedTask task)
    {
        var client = new SimulatedClient(_world, task.Cluster, task.History);
        switch (_world.Random.Next(8))
        {
            case 0:
                await client.ExecuteAsync(new PauseTask { AfterStages = _world.Chance(0.5) });
                await client.ExecuteAsync(new ResumeTask());
                break;
            case 1:
                await client.ExecuteAsync(new DeclareWorkerLost($"worker-{_world.Random.Next(4)}"));
                break;
            case 2:
                await client.ExecuteAsync(new RetryTask { Stages = [Definition.Stages[_world.Random.Next(Definition.Stages.Length)].Name] });
                break;
            case 3:
                await task.Cluster.EndOneAsync();
                break;
            case 4 or 5:
                _limit.Crash();
                break;
            default:
                await task.Cluster.CrashOneAsync();
                break;
        }
    }

    private async Task<bool> TryAcquireAsync(int weight)
    {
        try
        {
            return await _limit.TryAcquireAsync(weight);
        }
        catch (SiloDiedException)
        {
            return false;
        }
    }

    private async Task WorkAsync(int index)
    {
        while (!_isOver)
        {
            await _world.DelayAsync(0.05, 0.5);
            var task = _tasks[_world.Random.Next(_tasks.Count)];
            var client = new SimulatedClient(_world, task.Cluster, task.History);
            if (await client.ReadAsync() is not { } state)
            {
                continue;
            }

            // What was ready once may be at work by now; whoever asks all the same must not get past the limit.
            var ready = StageReadiness.Ready(state, _world.Wall).Select(stage => stage.Name).ToList();
            var stage = _world.Chance(0.1) ? state.Stages[_world.Random.Next(state.Stages.Count)].Name
                : ready.Count > 0 ? ready[_world.Random.Next(ready.Count)] : default;
            if (stage.Value is null || (WeightOf(stage.Value) is > 0 and var weight && _world.Chance(0.8) && !await TryAcquireAsync(weight)))
            {
                continue;
            }

            var worker = new WorkerId($"worker-{index}", _world.NextGuid());
            var begun = await client.ExecuteAsync(new StartStage(stage, worker, Lease));
            while (begun?.Lease is { } lease)
            {
                begun = await AttemptAsync(client, stage, lease.Token, worker);
                stage = begun?.Brief?.Stage ?? default;
            }
        }
    }

    /// <summary>Null, or the answer that brings the next stage.</summary>
    private async Task<TaskReply?> AttemptAsync(SimulatedClient client, StageName stage, long token, WorkerId worker)
    {
        await _world.DelayAsync(0.1, 1);
        var reply = await client.ReportAsync(new ReportProgress(stage, token, 0.5, "half") { Sequence = 1, ExtendLease = Lease });
        if (!_calm && _world.Chance(0.1))
        {
            // Asleep past its lease, or dead.
            await _world.DelayAsync(4, 9);
            if (_world.Chance(0.5))
            {
                return null;
            }
        }

        if (reply?.Directive == WorkerDirective.Pause || (!_calm && _world.Chance(0.1)))
        {
            await client.ExecuteAsync(new ReleaseStage(stage, token));
            return null;
        }

        if (!_calm && _world.Chance(0.1))
        {
            await client.ExecuteAsync(
                new FailStage(stage, token, $"<fail {stage} {token}>", "simulated", Retryable: true), $"<fail {stage} {token}>");
            return null;
        }

        var profile = new WorkerProfile(worker, [.. Definition.Stages.Select(each => each.Name.Kind)], []);
        return await client.ExecuteAsync(
            new CompleteStage(stage, token)
            {
                Artifacts = [new Artifact("out", $"token-{token}", 1, "", "text/plain")],
                Warnings = [$"<done {stage} {token}>"],
                Taker = _world.Chance(0.7) ? new StageTaker(profile, Lease) : null,
            },
            $"<done {stage} {token}>");
    }

    private sealed record LimitedTask(string Name, SimulatedStore Store, SimulatedCluster Cluster, RecordedHistory History);
}

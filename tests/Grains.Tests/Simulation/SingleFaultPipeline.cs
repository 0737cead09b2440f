using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>The faults that one access may meet, each alone.</summary>
internal static class FaultKinds
{
    public static readonly FaultProfile None = FaultProfile.None;

    public static readonly (string Name, FaultProfile Faults)[] All =
    [
        ("fail before", new FaultProfile { FailBefore = 1, FailRead = 1 }),
        ("execute, then fail", new FaultProfile { ExecuteThenFail = 1 }),
        ("execute late", new FaultProfile { LateExecute = 1 }),
        ("conflict on own success", new FaultProfile { ConflictOnOwnSuccess = 1 }),
        ("throttle", new FaultProfile { Throttle = 1, FailRead = 1 }),
        ("slow", new FaultProfile { MaxDelaySeconds = 2 }),
    ];
}

/// <summary>One worker does a whole pipeline, step by step, while one chosen access to storage fails (F34).</summary>
internal sealed partial class SingleFaultPipeline
{
    private readonly VirtualWorld _world;
    private readonly SimulatedStore _store;
    private readonly SimulatedCluster _cluster;
    private readonly RecordedHistory _history = new();

    private SingleFaultPipeline(int seed, int? access, FaultProfile faults)
    {
        _world = new VirtualWorld(seed);
        _store = new SimulatedStore(_world) { OneFault = access is { } one ? (one, faults) : null };
        _cluster = new SimulatedCluster(_world, _store, "single", 1);
    }

    /// <summary>The final document without its times, how many accesses it took, and what went wrong.</summary>
    public static (string Json, int Accesses, IReadOnlyList<string> Violations) Run(int seed, int? access, FaultProfile faults)
    {
        var run = new SingleFaultPipeline(seed, access, faults);
        run._world.Run(run.RunAsync, TimeSpan.FromHours(1));
        var task = new StoredVersion(run._store.History[^1]).Task!.Value.GetRawText();
        return (Times().Replace(task, "\"time\""), run._store.Accesses, Checker.Check(run._history, run._store, run._cluster, oneActivation: true));
    }

    private async Task RunAsync()
    {
        var client = new SimulatedClient(_world, _cluster, _history);
        await client.ExecuteAsync(new CreateTask(TaskId.Parse("single"), JsonText.Parse("""{"source":"note.md"}"""), PipelineSimulation.Definition));
        var worker = new WorkerId("worker", new Guid("0198c5f0-0000-7000-8000-000000000001"));
        while (await client.ReadAsync() is { Status: not RunStatus.Completed } state)
        {
            var stage = StageReadiness.Ready(state, _world.Now).First().Name;
            var token = (await client.ExecuteAsync(new StartStage(stage, worker, TimeSpan.FromMinutes(5))))!.Lease!.Token;
            await client.ExecuteAsync(new ReportProgress(stage, token, 0.5, "half") { Durable = true });
            await client.ExecuteAsync(new CompleteStage(stage, token)
            {
                Artifacts = [new Artifact("out", $"token-{token}", 1, "", "text/plain")],
                FanOut = stage == "parse" ? PipelineSimulation.Scenes : [],
            });
        }

        await _cluster.SettleAsync();
    }

    [GeneratedRegex("\"20[0-9]{2}-[0-9]{2}-[0-9T:.+-]+Z?\"")]
    private static partial Regex Times();
}

public sealed class SingleFaultTests
{
    [Fact]
    public void ThePipelineEndsWithTheSameDocumentWhicheverAccessFails()
    {
        var (expected, accesses, _) = SingleFaultPipeline.Run(7, null, FaultKinds.None);
        Assert.True(accesses > 15, $"Only {accesses} accesses.");
        var problems = new StringBuilder();
        foreach (var (name, faults) in FaultKinds.All)
        {
            for (var access = 1; access <= accesses; access++)
            {
                var (json, _, violations) = SingleFaultPipeline.Run(7, access, faults);
                if (json != expected || violations.Count > 0)
                {
                    problems.AppendLine(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{name} at access {access}: {string.Join("; ", violations)} {(json == expected ? "" : json)}");
                }
            }
        }

        Assert.True(problems.Length == 0, problems.ToString());
    }
}

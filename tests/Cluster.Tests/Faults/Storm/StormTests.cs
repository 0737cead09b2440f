using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Cli.Rehearsal;
using VideoGen.Cli.Rehearsal.Blows;
using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Loads;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;
using VideoGen.Cli.Rehearsal.Workers;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;

namespace VideoGen.Cluster.Tests.Faults.Storm;

/// <summary>
/// The blows of a rehearsal, with a limit of two slots that stages share, and a queue that is paused meanwhile. VIDEOGEN_KILLS asks for a long one with so many
/// kills, and VIDEOGEN_SEED for the same order again.
/// </summary>
public sealed class StormTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const string Limit = "gpu";

    private const int Slots = 2;

    /// <summary>A start that was admitted before the pause may wait for a slot or the store, or be sent again after five seconds without an answer.</summary>
    private static readonly TimeSpan UntilNothingIsOnItsWay = TimeSpan.FromSeconds(6);

    private static readonly int? Kills = Setting("VIDEOGEN_KILLS");

    private readonly int _seed = Setting("VIDEOGEN_SEED") ?? 1;
    private readonly TemporaryFolder _folder = new();
    private readonly Recorder _recorder = new();
    private int _pauses;

    private static PipelineDefinition Pipeline { get; } = new()
    {
        Name = "storm",
        Stages = [Stage("a", limited: true), Stage("b", limited: false, "a"), Stage("c", limited: true, "b")],
    };

    private int Begun => _recorder.Attempts;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task NothingIsLostOrDoubledAndNoSlotLeaksInAStorm()
    {
        var options = new RehearsalOptions
        {
            Pipeline = RehearsedPipeline.Simulated(Pipeline),
            Time = default,
            Silos = 2,
            Workers = 3,
            Seed = _seed,
            Folder = _folder.Path,
        };
        var plan = options.ToPlan();
        await using var cluster = await RehearsedCluster.StartAsync(plan, Hear, TestContext.Current.CancellationToken);
        var limit = new LimitWatch(plan.Database, Limit);
        long taken;
        await using (limit)
        await using (var load = await LoadRun.StartAsync(cluster.Address, options.Pipeline, _recorder, _seed, CancellationToken.None))
        {
            var striker = new Striker(cluster, _recorder, load.GoesOnAsync, options.Pipeline.Lease, new Random(_seed));
            Assert.True(await load.GoesOnAsync(CancellationToken.None));
            foreach (var kind in Blows([.. striker.Kinds]))
            {
                await (kind is { } blow ? StrikeAsync(striker, blow) : PauseAsync(cluster, load));
            }

            await load.EndAsync(options.Pipeline.Patience);
            taken = limit.Read();
        }

        await cluster.KillAllAsync();
        var history = _recorder.ToHistory(await FinalStore.ReadAsync(plan, _recorder.Tasks, CancellationToken.None));
        foreach (var verdict in Judge.Of(history))
        {
            output.WriteLine($"{verdict.Promise} {verdict.Kind}: {verdict.LookedAt}");
            Assert.True(verdict.Kind == VerdictKind.Kept, string.Join('\n', verdict.Evidence));
        }

        Assert.InRange(limit.Most, 1, Slots);
        Assert.Equal(0, taken);
        output.WriteLine(
            $"{history.Blows.Sum(blow => blow.Kills)} kills, {_pauses} pauses; {limit.Looks} looks at the limit: at most {limit.Most} of {Slots} slots taken, "
            + $"none in the end; {_recorder.Now.TotalSeconds:0} s");
    }

    /// <summary>Null stands for a pause.</summary>
    private IEnumerable<BlowKind?> Blows(ImmutableArray<BlowKind> kinds)
    {
        if (Kills is not { } kills)
        {
            return [BlowKind.KillWorkers, BlowKind.CutGateway, BlowKind.KillSiloAndWorker, null];
        }

        var random = new Random(_seed);
        return Enumerable.Range(0, int.MaxValue)
            .TakeWhile(_ => _recorder.Kills < kills)
            .Select(_ => random.Next(kinds.Length + 1) is var place && place < kinds.Length ? kinds[place] : (BlowKind?)null);
    }

    private async Task StrikeAsync(Striker striker, BlowKind kind)
    {
        Assert.True(await striker.StrikeAsync(kind, CancellationToken.None), RehearsalWords.Of(_recorder.LastBlow!));
        output.WriteLine(RehearsalWords.Of(_recorder.LastBlow!));
    }

    /// <summary>A queue is paused and stays so, although a worker and, in a long storm, a silo are killed meanwhile.</summary>
    private async Task PauseAsync(RehearsedCluster cluster, LoadRun load)
    {
        _pauses++;
        await using var client = await ClusterClient.ConnectAsync(cluster.Redis);
        var settings = client.Grains.GetGrain<IClusterSettingsGrain>(0);
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        await Persistence.AskAsync(
            () => SayAsync(settings.PauseQueueAsync(
                new QueuePause(StageDefinition.DefaultQueue, "storm", "to see that nothing begins", DateTimeOffset.UtcNow, null))),
            patience.Token);
        var begun = -1;
        while (begun != Begun)
        {
            begun = Begun;
            await Task.Delay(UntilNothingIsOnItsWay, patience.Token);
        }

        cluster.Kill(cluster.Workers[0]);
        if (Kills is not null)
        {
            await cluster.KillAsync(cluster.Silos[0]);
        }

        Assert.True(await load.AcknowledgesAsync(patience.Token));
        await cluster.ReplaceAsync();
        Assert.Equal(begun, Begun);
        await Persistence.AskAsync(() => SayAsync(settings.ResumeQueueAsync(StageDefinition.DefaultQueue)), patience.Token);
        Assert.True(await load.GoesOnAsync(patience.Token));
    }

    private static async Task<bool> SayAsync(Task change)
    {
        await change;
        return true;
    }

    private void Hear(string process, string line)
    {
        if (WorkerWords.Read(process, line) is { } word)
        {
            _recorder.Add(word);
        }
        else if (SiloStart.IsToldDead(line))
        {
            _recorder.AddToldDead();
        }
    }

    private static StageDefinition Stage(string unit, bool limited, params string[] dependsOn) => new()
    {
        Name = $"brief:{unit}",
        DependsOn = [.. dependsOn.Select(other => StageName.Parse($"brief:{other}"))],
        Limits = limited ? [new StageLimit(Limit)] : null,
    };

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}

using VideoGen.Cli.Rehearsal.Blows;
using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Loads;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;
using VideoGen.Cli.Rehearsal.Workers;

namespace VideoGen.Cli.Rehearsal;

/// <summary>
/// Brings up a cluster as processes in a folder of its own, has it work, strikes it, and judges by what was seen from outside and by what its store holds when
/// every silo is dead.
/// </summary>
/// <param name="options">What to rehearse.</param>
/// <param name="say">Called with each line of the timeline.</param>
internal sealed class RehearsalRun(RehearsalOptions options, Action<string> say)
{
    private readonly Recorder _recorder = new();
    private readonly Random _random = new(options.Seed);
    private readonly ClusterPlan _plan = options.ToPlan();

    public async Task<RehearsalReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        say($"Starting {options.Silos} silos and {options.Workers} workers in {options.Folder} (seed {options.Seed}).");
        await using var cluster = await RehearsedCluster.StartAsync(_plan, Hear, cancellationToken);
        await using (var load = await LoadRun.StartAsync(cluster.Address, options.Pipeline, _recorder, options.Seed, cancellationToken))
        {
            if (await load.GoesOnAsync(cancellationToken))
            {
                await StrikeAsync(new Striker(cluster, _recorder, load.GoesOnAsync, options.Pipeline.Lease, _random), cancellationToken);
            }

            say($"{Words.Time(_recorder.Now)} No more blows; what was begun comes to its end.");
            await load.EndAsync(options.Pipeline.Patience).WaitAsync(cancellationToken);
        }

        await cluster.KillAllAsync();
        var history = _recorder.ToHistory(await FinalStore.ReadAsync(_plan, _recorder.Tasks, cancellationToken));
        var report = new RehearsalReport(options, history, Judge.Of(history), _recorder.Now)
        {
            NotTried = cluster.CanFillDisk ? [] : ["a full disk: no disk in memory could be mounted here, which takes root on Linux"],
        };
        return report.IsKept ? report : report with { Remains = await KeepAsync(cluster) };
    }

    /// <summary>Each kind once in an order of the seed, as far as the time goes; then any of them.</summary>
    private async Task StrikeAsync(Striker striker, CancellationToken cancellationToken)
    {
        var began = _recorder.Now;
        var kinds = striker.Kinds.ToArray();
        _random.Shuffle(kinds);
        for (var i = 0; _recorder.Now - began < options.Time; i++)
        {
            var goesOn = await striker.StrikeAsync(i < kinds.Length ? kinds[i] : kinds[_random.Next(kinds.Length)], cancellationToken);
            say(RehearsalWords.Of(_recorder.LastBlow!));
            if (!goesOn)
            {
                return;
            }
        }
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

    /// <summary>The logs, and the store, whose disk may be in memory.</summary>
    private async Task<string> KeepAsync(RehearsedCluster cluster)
    {
        var remains = Path.Combine(options.Folder, "remains");
        await cluster.WriteLogsAsync(remains);
        foreach (var file in Directory.EnumerateFiles(_plan.Disk, $"{Path.GetFileName(_plan.Database)}*"))
        {
            File.Copy(file, Path.Combine(remains, Path.GetFileName(file)), overwrite: true);
        }

        return remains;
    }
}

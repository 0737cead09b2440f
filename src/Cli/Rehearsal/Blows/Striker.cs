using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Processes;
using VideoGen.Cli.Rehearsal.Records;

namespace VideoGen.Cli.Rehearsal.Blows;

/// <summary>Strikes the cluster, waits until its work goes on, and puts others in the place of whom it killed.</summary>
/// <param name="cluster">That is struck.</param>
/// <param name="recorder">Takes down the blows.</param>
/// <param name="goesOn">Whether work goes on in time.</param>
/// <param name="lease">Of the workers.</param>
/// <param name="random">Chooses whom it meets.</param>
internal sealed class Striker(
    RehearsedCluster cluster, Recorder recorder, Func<CancellationToken, Task<bool>> goesOn, TimeSpan lease, Random random)
{
    private static readonly TimeSpan ShortStop = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(2);

    /// <summary>So short that no silo leaves for it.</summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LeaseSlack = TimeSpan.FromSeconds(1);

    /// <summary>The kinds of blows that this machine and this cluster allow.</summary>
    public IEnumerable<BlowKind> Kinds => Enum.GetValues<BlowKind>()
        .Where(kind => cluster.CanFillDisk || kind != BlowKind.FillDisk)
        .Where(kind => cluster.Silos.Count > 1 || kind is not (BlowKind.StopSiloForGood or BlowKind.CutSilo))
        .Where(kind => cluster.Workers.Count > 1 || kind != BlowKind.StopWorker);

    /// <summary>False when work did not go on in time.</summary>
    public async Task<bool> StrikeAsync(BlowKind kind, CancellationToken cancellationToken)
    {
        var at = recorder.Now;
        var blow = await HitAsync(kind, cancellationToken);
        if (cluster.Silos.Count == 0)
        {
            await cluster.ReplaceAsync().WaitAsync(cancellationToken);
        }

        TimeSpan? after = await goesOn(cancellationToken) ? recorder.Now - at : null;
        recorder.Add(blow with { At = at, WentOnAfter = after });
        if (after is not null)
        {
            await cluster.ReplaceAsync().WaitAsync(cancellationToken);
        }

        return after is not null;
    }

    private async Task<Blow> HitAsync(BlowKind kind, CancellationToken cancellationToken)
    {
        var silo = Pick(cluster.Silos);
        var worker = Pick(cluster.Workers);
        switch (kind)
        {
            case BlowKind.KillWorkers:
                return KillWorkers(1 + random.Next(2));
            case BlowKind.KillSilo:
                await cluster.KillAsync(silo);
                return Of($"kill -9 {silo.Name}") with { Kills = 1 };
            case BlowKind.KillSiloAndWorker:
                cluster.Kill(worker);
                await cluster.KillAsync(silo);
                return Of($"kill -9 {silo.Name} and {worker.Name}") with { Kills = 2 };
            case BlowKind.StopWorker:
                var other = Pick([.. cluster.Workers.Where(another => another != worker)]);
                var asleep = StopAsync(worker.Process, lease + LeaseSlack, cancellationToken);
                cluster.Kill(other);
                await asleep;
                return Of($"{worker.Name} sleeps past its lease, and kill -9 {other.Name}") with { Kills = 1, Stops = 1 };
            case BlowKind.StopSilo:
                await StopAsync(silo.Process, ShortStop, cancellationToken);
                return Of($"{silo.Name} stands still for {ShortStop.TotalSeconds:0} s") with { Stops = 1 };
            case BlowKind.StopSiloForGood:
                // Until the others have noticed nothing may go on: it may hold the lock of the database, which SQLite's processes share.
                await silo.Process.SignalAsync("STOP");
                await cluster.UntilActiveAsync(cluster.Silos.Count - 1).WaitAsync(cancellationToken);
                await silo.Process.SignalAsync("CONT");
                return Of($"{silo.Name} sleeps until the others take it for dead") with { Stops = 1, WokeAt = recorder.Now };
            case BlowKind.CutGateway:
                await CutAsync([silo.ToGateway], cancellationToken);
                return Of($"clients and workers cut off from {silo.Name} for {Cut.TotalSeconds:0} s") with { Cuts = 1 };
            case BlowKind.CutSilo:
                await CutAsync([silo.ToSilo], cancellationToken);
                return Of($"other silos cut off from {silo.Name} for {Cut.TotalSeconds:0} s") with { Cuts = 1 };
            case BlowKind.CutRedis:
                await CutAsync([.. cluster.Silos.Select(each => each.ToRedis)], cancellationToken);
                return Of($"silos cut off from Redis for {Cut.TotalSeconds:0} s") with { Cuts = 1 };
            case BlowKind.EmptyRedis:
                await cluster.EmptyRedisAsync();
                return Of("kill -9 Redis, which comes back empty") with { Kills = 1 };
            default:
                cluster.FillDisk();
                await Task.Delay(FullFor, cancellationToken);
                cluster.ClearDisk();
                return Of($"disk of the store full for {FullFor.TotalSeconds:0} s") with { FullDisks = 1 };
        }
    }

    private Blow KillWorkers(int count)
    {
        var killed = new List<string>();
        while (killed.Count < count && cluster.Workers.Count > 0)
        {
            var worker = Pick(cluster.Workers);
            killed.Add(worker.Name);
            cluster.Kill(worker);
        }

        return Of($"kill -9 {string.Join(" and ", killed)}") with { Kills = killed.Count };
    }

    private static Blow Of(string what) => new(default, what, null);

    private static async Task StopAsync(ChildProcess process, TimeSpan time, CancellationToken cancellationToken)
    {
        await process.SignalAsync("STOP");
        await Task.Delay(time, cancellationToken);
        await process.SignalAsync("CONT");
    }

    private static async Task CutAsync(IReadOnlyCollection<TcpRelay> relays, CancellationToken cancellationToken)
    {
        foreach (var relay in relays)
        {
            relay.Cut();
        }

        await Task.Delay(Cut, cancellationToken);
        foreach (var relay in relays)
        {
            relay.Mend();
        }
    }

    private T Pick<T>(IReadOnlyList<T> among) => among[random.Next(among.Count)];
}

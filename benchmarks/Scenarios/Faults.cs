using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Marks;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>
/// A store that executes 5 % of the writes and then fails, and a second activation of every task: two silos that do not know each other serve half of the
/// callers each, over one store. That is worse than a cluster, in which the second activation would soon be gone.
/// </summary>
internal static class Faults
{
    private const int Callers = 64;

    private const double Share = 0.05;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### faults: {Callers} callers, SQLite, {Share:P0} of the writes executed and then failed, two activations of each task\n");
        Row[] rows =
        [
            await StartAsync(bench, "VideoGen", Stores.Tasks, grains => new VideoGenMarks(grains)),
            await StartAsync(bench, "Orleans grain, a write for each call", PeerStorage.Name, grains => new PeerMarks<IWriteForEveryCallTask>(grains)),
            await StartAsync(bench, "[Reentrant] grain, Orleans' own coalescing", PeerStorage.Name, grains => new PeerMarks<IReentrantTask>(grains)),
            await StartAsync(bench, "JournaledGrain, StateStorage", PeerStorage.Name, grains => new PeerMarks<IJournaledTask>(grains)),
        ];
        var samples = await rounds.MeasureAsync([.. rows.SelectMany(row => new Func<TimeSpan, Task<Sample>>[] { row.Calm.RunAsync, row.Stormy.RunAsync })]);

        var table = new Table("row", "updates/s without faults", "updates/s with faults", "share", "acknowledged", "lost", "doubled", "dirty");
        for (var i = 0; i < rows.Length; i++)
        {
            var calm = Rounds.Median(samples[2 * i].Select(sample => sample.PerSecond));
            var stormy = Rounds.Median(samples[(2 * i) + 1].Select(sample => sample.PerSecond));
            var verdict = await rows[i].Stormy.JudgeAsync(rows[i].Fresh);
            table.Add(
                rows[i].Name, Number(calm), Number(stormy), (stormy / calm).ToString("0.00", CultureInfo.InvariantCulture),
                Number(verdict.Acknowledged), Number(verdict.Lost), Number(verdict.Doubled), Number(verdict.Dirty));
            rows[i] = rows[i] with { Share = stormy / calm, Verdict = verdict };
            await rows[i].StopAsync();
        }

        table.Print();
        Ratio.AtLeast("faults-rate", rows[0].Share, 0.5, 0.8, rows[0].Verdict!.IsClean);
    }

    private static async Task<Row> StartAsync(Workbench bench, string name, string store, Func<IGrainFactory, IMarkedTasks> tasks)
    {
        var calm = new DurableMarks();
        var stormy = new DurableMarks();
        var (calmFolder, stormyFolder) = (bench.NewFolder(), bench.NewFolder());
        BenchmarkSilo[] silos =
        [
            await StartSiloAsync(calmFolder, store, 0, calm),
            await StartSiloAsync(stormyFolder, store, Share, stormy),
            await StartSiloAsync(stormyFolder, store, Share, stormy),
            await StartSiloAsync(stormyFolder, store, 0, stormy),
        ];
        var served = silos.Select(silo => tasks(silo.Grains)).ToArray();
        return new Row(
            name, new MarkedRun("calm", Callers, [served[0]], calm), new MarkedRun("stormy", Callers, [served[1], served[2]], stormy), served[3], silos);
    }

    private static Task<BenchmarkSilo> StartSiloAsync(string folder, string store, double share, DurableMarks durable) =>
        BenchmarkSilo.StartAsync(silo => silo.UseFaulty(store, share, durable, inner => silo.UseSqlite(folder, inner)));

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Row(string Name, MarkedRun Calm, MarkedRun Stormy, IMarkedTasks Fresh, BenchmarkSilo[] Silos)
    {
        public double Share { get; init; }

        public MarkVerdict? Verdict { get; init; }

        public async Task StopAsync()
        {
            foreach (var silo in Silos)
            {
                await silo.DisposeAsync();
            }
        }
    }
}

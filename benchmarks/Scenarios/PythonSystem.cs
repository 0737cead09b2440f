using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Storage.JsonFiles;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>
/// What the Python system says of its state manager, measured beside ours: the cost of an update, updates against each other, and two stages at once. A task
/// has six stages.
/// </summary>
internal static class PythonSystem
{
    private const int ManyCallers = 64;

    private const int Clients = 4;

    /// <summary>Of each client; all of them together are fewer than the warnings that a task takes.</summary>
    private const int Updates = 45;

    private const int Steps = 20;

    private const string NotSynced = "nothing is synced";

    private const string FileSynced = "file and folder fsynced";

    private const string LogSynced = "log fsynced (synchronous=FULL)";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan SomePause = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (PythonScript.Find(bench.NewFolder()) is not { } python)
        {
            Console.WriteLine("### python was not measured: there is no python3.");
            return;
        }

        var (state, database) = (bench.NewFolder(), bench.NewFolder());
        await using var files = new StateManagers(
            await BenchmarkSilo.StartAsync(silo => silo.AddJsonFileTaskStorage(Stores.Tasks, options => options.Folder = state)));
        await using var sqlite = new StateManagers(await BenchmarkSilo.StartAsync(silo => silo.UseSqlite(database)));
        var half = rounds with { Length = rounds.Length / 2 };
        await CompareRatesAsync(python, files, sqlite, 1, half);
        await CompareRatesAsync(python, files, sqlite, ManyCallers, half);
        await ContendAsync(python, sqlite, rounds.Count);
        await CompareStagesAsync(python, files, sqlite, rounds.Count);
    }

    private static async Task CompareRatesAsync(PythonScript python, StateManagers files, StateManagers sqlite, int callers, Rounds rounds)
    {
        Console.WriteLine($"### python: updates of the progress of a stage, {callers} caller{(callers == 1 ? "" : "s")} on one task\n");
        var (inFile, inDatabase) = (await files.CreateAsync(), await sqlite.CreateAsync());
        var ourFiles = new ClosedLoop(callers, (caller, _) => files.ReportAsync(inFile, caller));
        var ourSqlite = new ClosedLoop(callers, (caller, _) => sqlite.ReportAsync(inDatabase, caller));
        (string Name, string Durability, Func<TimeSpan, Task<Sample>> Run)[] rows =
        [
            ("Python, load, change, save, without a lock", NotSynced, length => python.RateAsync("unlocked", callers, length)),
            ("Python, update_stage_progress_atomic", NotSynced, length => python.RateAsync("atomic", callers, length)),
            ("Python, the same, made durable", FileSynced, length => python.RateAsync("synced", callers, length)),
            ("VideoGen, UpdateStageProgressAtomicAsync, JSON files", FileSynced, ourFiles.RunAsync),
            ("VideoGen, UpdateStageProgressAtomicAsync, SQLite", LogSynced, ourSqlite.RunAsync),
        ];
        var samples = await rounds.MeasureAsync([.. rows.Select(row => row.Run)]);
        var table = new Table("row", "updates/s", "p50 ms", "p99 ms", "acknowledged when");
        foreach (var (i, row) in rows.Index())
        {
            table.Add(
                row.Name,
                Median(samples[i], sample => sample.PerSecond).ToString("N0", CultureInfo.InvariantCulture),
                Number(Median(samples[i], sample => sample.P50) / 1_000),
                Number(Median(samples[i], sample => sample.P99) / 1_000),
                row.Durability);
        }

        table.Print();
    }

    private static async Task ContendAsync(PythonScript python, StateManagers sqlite, int times)
    {
        Console.WriteLine($"### python: {Clients * Updates} atomic updates of one task with a function, {times} times\n");
        var table = new Table("row", "acknowledged", "lost", "given up", "in conflict", "retries of those", "damaged");
        foreach (var pause in new[] { TimeSpan.Zero, SomePause })
        {
            table.Add(Row($"Python, {Clients} processes, {Pause(pause)}", times, await SumAsync(times, () => python.ContendAsync(Clients, Updates, pause))));
            table.Add(Row($"VideoGen, {Clients} clients, {Pause(pause)}", times, await SumAsync(times, () => sqlite.ContendAsync(Clients, 1, Updates, pause))));
        }

        var alone = await SumAsync(times, () => sqlite.ContendAsync(1, Clients, Updates, TimeSpan.Zero));
        table.Add(Row($"VideoGen, 1 client, {Clients} callers, {Pause(TimeSpan.Zero)}", times, alone));
        table.Print();
    }

    private static async Task CompareStagesAsync(PythonScript python, StateManagers files, StateManagers sqlite, int times)
    {
        Console.WriteLine($"### python: two stages, each of {Steps} steps of {Step.TotalMilliseconds} ms, with an update after each step\n");
        var table = new Table("row", "one after the other, ms", "both at once, ms", "times faster");
        (string Name, Func<Task<(double OneByOne, double AtOnce)>> Run)[] rows =
        [
            ($"Python, {NotSynced}", () => python.StagesAsync(Steps, Step)),
            ("VideoGen, JSON files", () => files.StagesAsync(Steps, Step)),
            ("VideoGen, SQLite", () => sqlite.StagesAsync(Steps, Step)),
        ];
        var runs = rows.Select(_ => new List<(double OneByOne, double AtOnce)>()).ToArray();
        for (var i = 0; i < times * rows.Length; i++)
        {
            runs[i % rows.Length].Add(await rows[i % rows.Length].Run());
        }

        foreach (var (i, row) in rows.Index())
        {
            var oneByOne = Rounds.Median(runs[i].Select(run => run.OneByOne));
            var atOnce = Rounds.Median(runs[i].Select(run => run.AtOnce));
            table.Add(row.Name, Number(oneByOne * 1_000), Number(atOnce * 1_000), Number(oneByOne / atOnce));
        }

        table.Print();
    }

    private static async Task<Contention> SumAsync(int times, Func<Task<Contention>> run)
    {
        var sum = await run();
        for (var i = 1; i < times; i++)
        {
            sum += await run();
        }

        return sum;
    }

    private static string[] Row(string name, int times, Contention sum)
    {
        var share = 100.0 * sum.Repeated / (times * Clients * Updates);
        var retries = sum.Repeated == 0 ? 0 : (double)sum.Retries / sum.Repeated;
        return [name, $"{sum.Acknowledged}", $"{sum.Lost}", $"{sum.GivenUp}", $"{Number(share)} %", Number(retries), $"{sum.Damaged}"];
    }

    private static string Pause(TimeSpan pause) => pause > TimeSpan.Zero ? $"{pause.TotalMilliseconds} ms between" : "no pause";

    private static double Median(Sample[] samples, Func<Sample, double> of) => Rounds.Median(samples.Select(of));

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}

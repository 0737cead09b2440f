using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Reads and durable reports over HTTP with a key, of a silo that is a process of its own. The load comes from wrk.</summary>
internal static class Http
{
    private const int Connections = 64;

    private const int Tasks = 64;

    /// <summary>Readers and their pause: 1,000 reads a second, less what the answers take.</summary>
    private const int Readers = 20;

    private const int ReaderPause = 20;

    private const int WriterPause = 20;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (DeployedSilo.Program is null || await Wrk.FindAsync(bench) is not { } wrk)
        {
            Console.WriteLine("http was not measured: it needs wrk, and videogen (dotnet build -c Release).");
            return;
        }

        Console.WriteLine($"### http: one silo, SQLite, each call with a key, wrk with {Connections} connections on the same machine\n");
        await using var silo = await DeployedSilo.StartAsync(bench.NewFolder());
        var ids = Enumerable.Range(0, Tasks).Select(i => TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"http-{i:00}"))).ToArray();
        await Parallel.ForEachAsync(ids, async (id, _) => await silo.SetUpAsync(id, SampleTask.SetUp(id)));
        var bytes = (await silo.Http.GetByteArrayAsync(new Uri($"/api/tasks/{ids[0]}", UriKind.Relative))).Length;
        var read = $"""wrk.path = "/api/tasks/{ids[0]}" wrk.headers["Authorization"] = "Bearer {silo.Key}" """;
        var readers = wrk.Load(silo.Address, Readers, $"{read}\n{Pause(ReaderPause)}");
        var writers = wrk.Load(silo.Address, Connections, $"{Reports(silo.Key, ids[..1])}\n{Pause(WriterPause)}");
        var restless = wrk.Load(silo.Address, Connections, Reports(silo.Key, ids[..1]));
        (string Name, Func<TimeSpan, Task<WrkSample>> Run)[] rows =
        [
            ($"reads of a task ({bytes:N0} bytes)", wrk.Load(silo.Address, Connections, read)),
            ("durable reports of one task", restless),
            ($"durable reports of {Tasks} tasks", wrk.Load(silo.Address, Connections, Reports(silo.Key, ids))),
            ("1,000 reads a second", readers),
            (
                $"the same beside {Connections} writers, each of which waits {WriterPause} ms between its reports",
                length => BesideAsync(readers, writers, length)),
            ($"the same beside {Connections} writers without a pause", length => BesideAsync(readers, restless, length)),
        ];
        var samples = await rounds.MeasureEachAsync([.. rows.Select(row => row.Run)]);
        var table = new Table("row", "answers/s", "from to", "p50 ms", "p99 ms");
        foreach (var (i, row) in rows.Index())
        {
            var rates = samples[i].Select(sample => sample.PerSecond).ToArray();
            table.Add(
                row.Name,
                Rounds.Median(rates).ToString("N0", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{rates.Min():N0} to {rates.Max():N0}"),
                Of(i, sample => sample.P50).ToString("0.00", CultureInfo.InvariantCulture),
                Of(i, sample => sample.P99).ToString("0.00", CultureInfo.InvariantCulture));
        }

        table.Print();
        Ratio.AtLeast("http-reads-a-second", Of(0, sample => sample.PerSecond), 15_000, 25_000);
        Ratio.AtLeast("http-reports-a-second-one-task", Of(1, sample => sample.PerSecond), 5_000, 10_000);
        Ratio.AtLeast("http-reports-a-second-many-tasks", Of(2, sample => sample.PerSecond), 5_000, 10_000);
        Ratio.AtMost("http-read-p99-ms-writers-at-work", Of(4, sample => sample.P99), 10, 10);
        Ratio.AtMost("http-read-p99-ms-writers-at-full-speed", Of(5, sample => sample.P99), 10, 10);

        double Of(int row, Func<WrkSample, double> value) => Rounds.Median(samples[row].Select(value));
    }

    /// <summary>The sample is the readers'.</summary>
    private static async Task<WrkSample> BesideAsync(
        Func<TimeSpan, Task<WrkSample>> readers, Func<TimeSpan, Task<WrkSample>> writers, TimeSpan length)
    {
        var writing = writers(length);
        var reads = await readers(length);
        await writing;
        return reads;
    }

    /// <summary>What a connection of wrk waits between an answer and its next request, in milliseconds.</summary>
    private static string Pause(int milliseconds) => $"function delay() return {milliseconds} end";

    /// <summary>Each request reports the next frame of one of the scenes that are at work, as those of <see cref="SampleTask"/>.</summary>
    private static string Reports(string key, IEnumerable<TaskId> ids) =>
        $$"""
        local leases = { {{string.Join(", ", ids.SelectMany(SampleTask.Leases).Select(one => $"{{ \"{one.Path}\", \"{one.Lease}\" }}"))}} }
        local sent = 0
        function request()
          sent = sent + 1
          local lease, round = leases[sent % #leases + 1], math.floor(sent / #leases)
          local scene, frame = round % {{SampleTask.Scenes}}, math.floor(round / {{SampleTask.Scenes}})
          local body = string.format('{"progress":%.9f,"message":"scene-%02d: frame %d is drawn","unit":"scene-%02d","unit_count":{{SampleTask.Scenes}}}',
            frame / (frame + 1000), scene, frame, scene)
          return wrk.format("POST", lease[1], {
            ["Authorization"] = "Bearer {{key}}", ["VideoGen-Lease"] = lease[2], ["Content-Type"] = "application/json" }, body)
        end
        """;
}

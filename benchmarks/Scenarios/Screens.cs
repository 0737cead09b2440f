using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Silo.Tests.Dashboard;
using VideoGen.Tasks;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>
/// From a durable report until Chromium has drawn what it changed on the page of the task; and how soon a page shows newer states again after the silo that
/// served it was killed.
/// </summary>
internal static class Screens
{
    private const int ReportsOfARound = 40;

    private const string Cluster = "screens";

    /// <summary>Notes when each version was on the screen, by the clock of the machine: after the frame that follows its change.</summary>
    private const string Watch =
        """
        () => {
          window.shown = [[document.body.dataset.version, 0]];
          new MutationObserver(() => {
            const version = document.body.dataset.version;
            requestAnimationFrame(() => setTimeout(() => window.shown.push([version, performance.timeOrigin + performance.now()])));
          }).observe(document.body, { attributes: true, attributeFilter: ['data-version'] });
        }
        """;

    /// <summary>When that version, or one after it, was on the screen; null when it is not yet.</summary>
    private const string ShownAt = "wanted => (window.shown.find(([version, at]) => at > 0 && +version >= wanted) ?? [0, null])[1]";

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (DeployedSilo.Program is null || await Chromium.StartAsync() is not { } chromium)
        {
            Console.WriteLine("screen was not measured: it needs chromium, and videogen (dotnet build -c Release).");
            return;
        }

        await using var browser = chromium;
        await MeasureReportsAsync(bench, browser, rounds);
        if (await bench.RedisAsync() is { } redis)
        {
            await MeasureDeathsAsync(bench, browser, redis, rounds);
        }
        else
        {
            Console.WriteLine("The death of a silo behind a page was not measured: it needs redis-server.");
        }
    }

    private static async Task MeasureReportsAsync(Workbench bench, Chromium browser, Rounds rounds)
    {
        Console.WriteLine("### screen: a durable report, until Chromium has drawn it on the page of the task\n");
        await using var silo = await DeployedSilo.StartAsync(bench.NewFolder());
        var id = TaskId.Parse("screen");
        await silo.SetUpAsync(id, SampleTask.SetUp(id));
        var page = await OpenAsync(browser, silo.Address, silo.Key, id);
        var times = new List<double>();
        var gap = new Random(1);
        for (var number = 1 - (ReportsOfARound / 2); number <= ReportsOfARound * rounds.Count; number++)
        {
            // At any moment of whatever the page or the silo does in turns.
            await Task.Delay(gap.Next(150, 450));
            var sent = UnixMilliseconds();
            var reply = await silo.SetUpAsync(id, SampleTask.Report(0, number + ReportsOfARound));
            var shown = await ShownAsync(page, reply.Version);
            if (number > 0)
            {
                times.Add((shown - sent) * 1_000);
            }
        }

        var sample = new Sample(times, TimeSpan.FromSeconds(1));
        var table = new Table("reports", "p50 ms", "p99 ms", "worst ms");
        table.Add($"{sample.Count}", Number(sample.P50 / 1_000), Number(sample.P99 / 1_000), Number(times.Max() / 1_000));
        table.Print();
        Ratio.AtMost("screen-p50-milliseconds", sample.P50 / 1_000, 250, 150);
        Ratio.AtMost("screen-p99-milliseconds", sample.P99 / 1_000, 1_000, 1_000);
    }

    private static async Task MeasureDeathsAsync(Workbench bench, Chromium browser, RedisServer redis, Rounds rounds)
    {
        Console.WriteLine("### screen: kill -9 of the silo that serves a page, behind one address; the other silo of two takes its place\n");
        var table = new Table("the grain of the task was in", "newer state on screen, s", "from to", "versions out of order");
        var medians = new List<double>();
        foreach (var isInKilled in new[] { false, true })
        {
            var (times, wrong) = (new List<double>(), 0);
            for (var round = 0; round < rounds.Count; round++)
            {
                var (seconds, isInOrder) = await KillAsync(bench, browser, redis, isInKilled, $"{Cluster}-{isInKilled}-{round}");
                times.Add(seconds);
                wrong += isInOrder ? 0 : 1;
            }

            medians.Add(Rounds.Median(times));
            table.Add(
                isInKilled ? "the killed silo" : "the other silo",
                Seconds(medians[^1]), $"{Seconds(times.Min())} to {Seconds(times.Max())}", wrong.ToString(CultureInfo.InvariantCulture));
        }

        table.Print();
        Ratio.AtMost("screen-death-seconds-task-elsewhere", medians[0], 3, 3);
        Ratio.AtMost("screen-death-seconds-task-killed-too", medians[1], 3, 3);

        static string Seconds(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static async Task<(double Seconds, bool IsInOrder)> KillAsync(Workbench bench, Chromium browser, RedisServer redis, bool isInKilled, string cluster)
    {
        var folder = bench.NewFolder();
        await using var survivor = await DeployedSilo.StartAsync(folder, redis: redis.Endpoint, cluster: cluster);
        await using var doomed = await DeployedSilo.StartAsync(folder, survivor, redis.Endpoint, cluster: cluster);
        using var door = new FrontDoor(doomed.Address.Port);

        // Where a grain comes up is chance.
        TaskId id;
        var number = 0;
        do
        {
            id = TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"death-{number++}"));
            await survivor.SetUpAsync(id, SampleTask.SetUp(id));
        }
        while (await survivor.FindPortOfAsync(id) != (isInKilled ? doomed : survivor).SiloPort);

        var page = await OpenAsync(browser, door.Address, survivor.Key, id);
        var reply = await survivor.SetUpAsync(id, SampleTask.Report(0, 1));
        await ShownAsync(page, reply.Version);
        var killed = UnixMilliseconds();
        doomed.Kill();
        door.LeadTo(survivor.Address.Port);
        reply = await survivor.SetUpAsync(id, SampleTask.Report(0, 2));
        var shown = await ShownAsync(page, reply.Version);
        var versions = await page.EvaluateAsync<long[]>("() => window.shown.map(([version]) => +version)");
        await page.Context.CloseAsync();
        return ((shown - killed) / 1_000, versions.Order().Distinct().SequenceEqual(versions));
    }

    private static async Task<IPage> OpenAsync(Chromium browser, Uri address, string key, TaskId id)
    {
        var page = await browser.SignInAsync(address, key);
        await page.GotoAsync(new Uri(address, $"/tasks/{id}").ToString());
        await page.Locator("#live.live").WaitForAsync();
        await page.EvaluateAsync(Watch);
        return page;
    }

    private static async Task<double> ShownAsync(IPage page, long version)
    {
        var started = Stopwatch.GetTimestamp();
        while (await page.EvaluateAsync<double?>(ShownAt, version) is var shown)
        {
            if (shown is { } at)
            {
                return at;
            }

            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException($"Version {version} was not on the screen after a minute.");
            }

            await Task.Delay(20);
        }

        throw new UnreachableException();
    }

    private static double UnixMilliseconds() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

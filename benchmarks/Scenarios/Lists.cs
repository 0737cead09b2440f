using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Pages of a list of 100,000 tasks over HTTP, each with its counts, and the list in a browser.</summary>
internal static class Lists
{
    private const int Tasks = 100_000;

    private const int AtWork = 10_000;

    /// <summary>One of so many failed, and says of what.</summary>
    private const int Failed = 20;

    private const int Creators = 64;

    private const int PagesOfARound = 10;

    private static readonly string[] Names =
        ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"];

    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "document-video",
        Stages =
        [
            .. Names.Select((name, i) => new StageDefinition
            {
                Name = name,
                DependsOn = i == 0 ? [] : [Names[i - 1]],
                RunTimeout = TimeSpan.FromHours(1),
                Critical = true,
            }),
        ],
    };

    private static readonly (string Name, string Query)[] Pages =
    [
        ("the newest", ""),
        ("the last written first", "&sort=updated"),
        ("the longest untouched first", "&sort=updated&order=asc"),
        ("the highest priority first", "&sort=priority"),
        ("those at work", "&status=running"),
        ("one label", "&label=team:reports"),
        ("a text within errors", "&error=quota"),
    ];

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (DeployedSilo.Program is null)
        {
            Console.WriteLine("lists was not measured: it needs videogen (dotnet build -c Release).");
            return;
        }

        Console.WriteLine($"### lists: {Tasks:N0} tasks, {AtWork:N0} of them at work, a page of 50 over HTTP with a key, SQLite\n");
        var folder = Directory.CreateDirectory(bench.NewFolder()).FullName;
        await CreateAsync(folder);
        await using var silo = await DeployedSilo.StartAsync(folder);
        var table = new Table("page", "p50 ms", "p99 ms");
        var medians = new List<double>();
        foreach (var (name, query) in Pages)
        {
            var times = new List<double>();
            for (var i = -PagesOfARound; i < PagesOfARound * rounds.Count; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await silo.Http.GetByteArrayAsync(new Uri($"/api/tasks?page_size=50{query}", UriKind.Relative));
                if (i >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
                }
            }

            var sample = new Sample(times, TimeSpan.FromSeconds(1));
            medians.Add(sample.P50 / 1_000);
            table.Add(name, Number(sample.P50 / 1_000), Number(sample.P99 / 1_000));
        }

        table.Print();
        Ratio.AtMost("lists-page-milliseconds", medians[0], 20, 10);
        await LookAsync(silo, rounds);

        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// From the moment in which a person goes to the page of tasks at work, until it has its rows and follows changes; and from a filter to its rows.
    /// </summary>
    private static async Task LookAsync(DeployedSilo silo, Rounds rounds)
    {
        if (await Chromium.StartAsync() is not { } chromium)
        {
            Console.WriteLine("The list in a browser was not measured: it needs chromium.");
            return;
        }

        await using var browser = chromium;
        var page = await browser.SignInAsync(silo.Address, silo.Key);
        var (usable, filtered) = (new List<double>(), new List<double>());
        for (var round = -1; round < rounds.Count; round++)
        {
            await page.GotoAsync("about:blank");
            var started = Stopwatch.GetTimestamp();
            await page.GotoAsync(new Uri(silo.Address, "/?show=active").ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.WaitForFunctionAsync(
                "() => document.querySelectorAll('li.task').length > 0 && document.getElementById('live-word')?.textContent === 'live'"
                + " && document.getElementById('live').className.includes('live')");
            var seen = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            started = Stopwatch.GetTimestamp();
            await page.Locator("#filter input[name=id]").FillAsync("list-0777");
            await page.WaitForFunctionAsync("() => [...document.querySelectorAll('li.task .id')].every(one => one.textContent.startsWith('list-0777'))");
            if (round >= 0)
            {
                usable.Add(seen);
                filtered.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        var table = new Table("the list in Chromium", "ms", "from to");
        Add("its rows are there, and it follows changes", usable);
        Add("rows of a filter that was typed", filtered);
        table.Print();
        Ratio.AtMost("lists-usable-milliseconds", Rounds.Median(usable), 1_000, 1_000);

        void Add(string row, List<double> times) => table.Add(
            row, $"{Rounds.Median(times):N0}", string.Create(CultureInfo.InvariantCulture, $"{times.Min():N0} to {times.Max():N0}"));
    }

    /// <summary>In this process, as that is faster.</summary>
    private static async Task CreateAsync(string folder)
    {
        await using var silo = await BenchmarkSilo.StartAsync(builder => builder.UseSqlite(folder));
        await Parallel.ForEachAsync(Enumerable.Range(0, Tasks), new ParallelOptions { MaxDegreeOfParallelism = Creators }, async (number, _) =>
        {
            var id = TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"list-{number:00000}"));
            var task = silo.Grains.GetGrain<ITaskStateGrain>(id.Value);
            await ApplyAsync(task, new CreateTask(id, JsonText.EmptyObject, Pipeline)
            {
                Priority = number % 5,
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", number % 3 == 0 ? "reports" : "docs"),
            });
            if (number % Failed != 0 && number % (Tasks / AtWork) != 1)
            {
                return;
            }

            var start = await ApplyAsync(task, new StartStage("input_adaptation", new WorkerId("render-1", Guid.NewGuid()), TimeSpan.FromHours(1)));
            if (number % Failed == 0)
            {
                var why = $"The voice service refused scene {number}: the quota is used up";
                await ApplyAsync(task, new FailStage("input_adaptation", start.Lease!.Token, why));
            }
        });
    }

    private static async Task<TaskReply> ApplyAsync(ITaskStateGrain task, TaskCommand command)
    {
        var reply = await task.ExecuteAsync(OperationId.Create(TimeProvider.System), command);
        return reply.Outcome == CommandOutcome.Applied ? reply : throw new InvalidOperationException($"A command was not applied: {reply.Message}");
    }
}

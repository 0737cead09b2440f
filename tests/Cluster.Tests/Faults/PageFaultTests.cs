using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using VideoGen.Client.Tasks;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Silo.Hosting;
using VideoGen.Silo.Tests;
using VideoGen.Silo.Tests.Dashboard;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>Pages in a real browser, whose silo is a real process and is killed while a worker reports. Nobody loads them again.</summary>
public sealed class PageFaultTests : IAsyncLifetime
{
    private const int Reports = 40;

    /// <summary>Keeps the versions that the page showed, in their order.</summary>
    private const string Watch =
        """
        () => {
          window.versions = [+document.body.dataset.version];
          new MutationObserver(() => window.versions.push(+document.body.dataset.version))
            .observe(document.body, { attributes: true, attributeFilter: ['data-version'] });
        }
        """;

    /// <summary>What the page says of the task and its stages, without how long ago things were.</summary>
    private const string Content =
        """
        () => ['subject', 'stages'].map((id) => {
          const part = document.getElementById(id).cloneNode(true);
          part.querySelectorAll('time').forEach((time) => { time.textContent = ''; });
          return part.textContent.replace(/\s+/g, ' ');
        }).join(' | ')
        """;

    private const string HasEachPartOnce =
        "() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id); return new Set(ids).size === ids.length; }";

    /// <summary>Between two reports, so that the page shows some of them before the blow and some after it.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();
    private readonly Browser _browser = new();
    private readonly List<ToolProcess> _silos = [];
    private RedisServer? _redis;

    public async ValueTask InitializeAsync()
    {
        await _browser.InitializeAsync();
        _redis = await RedisServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task APageGoesOnAtAnotherSiloAfterItsOwnWasKilled()
    {
        var (doomedPort, otherPort, half) = (FreePort.Take(), FreePort.Take(), new TaskCompletionSource());
        var doomed = await StartSiloAsync(doomedPort);
        await StartSiloAsync(otherPort);
        using var door = new FrontDoor(doomedPort);
        await using var client = await ClusterClient.ConnectAsync(_redis!.Address);
        var (task, token) = await BeginAsync(client.Patient, "killed");
        await using var tab = await _browser.OpenAsync(new Uri(door.Address, $"/tasks/{task}"));
        await tab.Page.EvaluateAsync(Watch);

        var reporting = ReportAsync(client.Patient, task, token, half);
        await half.Task;
        await doomed.KillAsync();
        door.LeadTo(otherPort);

        await AssertItShowsAsync(tab, await reporting);
        await AssertItIsAsAFreshOneAsync(tab, new Uri($"http://127.0.0.1:{otherPort}/tasks/{task}"));
    }

    [Fact]
    public async Task APageGoesOnAfterItsOnlySiloWasKilledAndStartedAgain()
    {
        var (port, half) = (FreePort.Take(), new TaskCompletionSource());
        var doomed = await StartSiloAsync(port);
        await using var client = await ClusterClient.ConnectAsync(_redis!.Address);
        var (task, token) = await BeginAsync(client.Patient, "restarted");
        var address = new Uri($"http://127.0.0.1:{port}/tasks/{task}");
        await using var tab = await _browser.OpenAsync(address);
        await tab.Page.EvaluateAsync(Watch);

        var reporting = ReportAsync(client.Patient, task, token, half);
        await half.Task;
        await doomed.KillAsync();
        await Assertions.Expect(tab.Page.Locator("#lost")).ToBeVisibleAsync();
        await StartSiloAsync(port);

        await AssertItShowsAsync(tab, await reporting);
        await AssertItIsAsAFreshOneAsync(tab, address);
    }

    private static async Task<(TaskId Task, long Token)> BeginAsync(PipelineClient tasks, string name)
    {
        var task = TaskId.Parse(name);
        var stages = new[] { "render", "publish" }.Select(stage => new StageDefinition { Name = stage });
        await tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, new PipelineDefinition { Name = "film", Stages = [.. stages] }));
        var start = await tasks.ExecuteAsync(task, new StartStage("render", new WorkerId("render-1", Guid.NewGuid()), Lease));
        return (task, start.Lease!.Token);
    }

    /// <summary>
    /// Each report is acknowledged before the next, also while silos come and go. The version of the last one. They renew the lease, so that it is
    /// the task's last version: a silo that takes the task over and does not hear the holder within a second writes that down, as a version of its own.
    /// </summary>
    private static async Task<long> ReportAsync(PipelineClient tasks, TaskId task, long token, TaskCompletionSource half)
    {
        TaskReply? reply = null;
        for (var frame = 1; frame <= Reports; frame++)
        {
            reply = await tasks.ExecuteAsync(
                task,
                new ReportProgress("render", token, (double)frame / Reports, $"Frame {frame}") { Sequence = frame, Durable = true, ExtendLease = Lease });
            Assert.Equal(CommandOutcome.Applied, reply.Outcome);
            if (frame == Reports / 2)
            {
                half.SetResult();
            }

            await Task.Delay(Pace);
        }

        return reply!.Version;
    }

    private static async Task AssertItShowsAsync(Tab tab, long version)
    {
        await Assertions.Expect(tab.Page.Locator("body")).ToHaveAttributeAsync("data-version", version.ToString(CultureInfo.InvariantCulture));
        await Assertions.Expect(tab.Page.Locator("#stages")).ToContainTextAsync($"Frame {Reports}");
        await Assertions.Expect(tab.Page.Locator("#lost")).ToBeHiddenAsync();
        var versions = await tab.Page.EvaluateAsync<long[]>("() => window.versions");
        Assert.Equal(versions.Distinct().Order(), versions);
        Assert.True(await tab.Page.EvaluateAsync<bool>(HasEachPartOnce));
    }

    /// <summary>Nothing of what was missed is missing, and nothing is there twice.</summary>
    private async Task AssertItIsAsAFreshOneAsync(Tab tab, Uri address)
    {
        await using var fresh = await _browser.OpenAsync(address);

        // Both ask for a part of what they say, so that either may be behind for a moment.
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (expected, shown) = (await fresh.Page.EvaluateAsync<string>(Content), await tab.Page.EvaluateAsync<string>(Content));
            if (shown == expected || clock.Elapsed > ToolProcess.Patience)
            {
                Assert.Equal(expected, shown);
                return;
            }

            await Task.Delay(Pace);
        }
    }

    private async Task<ToolProcess> StartSiloAsync(int port)
    {
        var command = new VideoGenCommand(_folder.File("data"));
        var silo = await command.StartSiloAsync("--redis", _redis!.Address, "--fast-membership", "--port", $"{port}");
        _silos.Add(silo);
        return silo;
    }
}

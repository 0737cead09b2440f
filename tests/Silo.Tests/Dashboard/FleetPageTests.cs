using System.Collections.Immutable;
using System.Net;
using Microsoft.Playwright;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Charts;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The pages of workers, queues, limits, charts and grains, in a real browser.</summary>
[Collection(SharedSilo.Name)]
public sealed class FleetPageTests(SiloApplication app, Browser browser)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    private IWorkerRegistryGrain Registry => app.Grains.GetGrain<IWorkerRegistryGrain>(0);

    private IClusterSettingsGrain Settings => app.Grains.GetGrain<IClusterSettingsGrain>(0);

    [Fact]
    public async Task AWorkerShowsItsSlotsAndIsDrained()
    {
        var id = new WorkerId("run/fleet-1", Guid.NewGuid());
        await using var worker = await ListedWorker.StartAsync(Registry, Report(id));
        await using var tab = await browser.OpenAsync(app, "/workers");
        var row = tab.Page.Locator($"#worker-{LeaseSecrets.Show(id.Incarnation):N}");
        await Assertions.Expect(row.Locator(".slot")).ToHaveCountAsync(4);
        await Assertions.Expect(row.Locator(".slot.busy")).ToHaveCountAsync(1);
        await Assertions.Expect(row).ToContainTextAsync("ffmpeg is not installed.");
        await tab.ShootAsync("workers");

        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Drain run/fleet-1" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen worker drain run/fleet-1");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Drain" }).ClickAsync();

        await Assertions.Expect(row.Locator(".badge")).ToHaveTextAsync("draining");
        Assert.True((await Registry.ReportAsync(Report(id))).Drain);
        await worker.DisposeAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AQueueIsPausedWithAReasonAndResumed()
    {
        var id = new WorkerId("fleet-2", Guid.NewGuid());
        await using var worker = await ListedWorker.StartAsync(Registry, Report(id));
        await using var tab = await browser.OpenAsync(app, "/queues");
        var row = tab.Page.Locator("#queue-fleet");

        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Pause fleet" }).ClickAsync();
        await tab.Page.Locator("dialog").GetByLabel("Why").FillAsync("vendor down");
        await tab.Page.Locator("dialog").GetByLabel("For how long").SelectOptionAsync("1h");
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen queue pause fleet --reason 'vendor down' --for 1h");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(row.Locator(".waits")).ToContainTextAsync("vendor down");
        await tab.ShootAsync("queues");
        var pause = (await Settings.ReadAsync()).Pauses["fleet"];
        Assert.Equal(TimeSpan.FromHours(1), pause.Until - pause.At);

        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Resume fleet" }).ClickAsync();
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(row.Locator(".badge")).ToHaveTextAsync("open");
        await worker.DisposeAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task ALimitIsSetShownAndRemoved()
    {
        await using var tab = await browser.OpenAsync(app, "/queues");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Set a limit" }).ClickAsync();
        var dialog = tab.Page.Locator("dialog");
        await dialog.GetByLabel("Name").FillAsync("fleet-vendor");
        await dialog.GetByLabel("Rate").FillAsync("often");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("'often' is not");
        await dialog.GetByLabel("Slots").FillAsync("3");
        await dialog.GetByLabel("Rate").FillAsync("60/min");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set" }).ClickAsync();

        var row = tab.Page.Locator("#limit-fleet-vendor");
        await Assertions.Expect(row).ToContainTextAsync("3 at a time, 60/min");
        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Remove fleet-vendor" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }

    /// <summary>A link names whatever it likes, and the line is there to be copied into a shell.</summary>
    [Theory]
    [InlineData("/queues/resume", "queue resume")]
    [InlineData("/queues/unlimit", "limit remove")]
    [InlineData("/workers/drain", "worker drain")]
    public async Task WhatALinkNamesIsOneWordOfTheCommandLine(string path, string command)
    {
        var page = await app.Http.GetStringAsync($"{path}?name={Uri.EscapeDataString("it's; reboot {max}")}", TestContext.Current.CancellationToken);

        Assert.Contains($@">videogen {command} 'it'\''s; reboot {{max}}'</code>", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheGrainOfATaskIsFound()
    {
        await VideoTask.CreateAsync(app, "fleet-grain");
        await using var tab = await browser.OpenAsync(app, "/grains?task=fleet-grain");

        await Assertions.Expect(tab.Page.Locator("#found")).ToContainTextAsync("fleet-grain");
        await Assertions.Expect(tab.Page.Locator("#kinds")).ToContainTextAsync("TaskStateGrain");
        await tab.ShootAsync("grains");
    }

    [Fact]
    public void AChartHasItsLinesAndItsNumbers()
    {
        DateTimeOffset[] times = [Start, Start.AddMinutes(1), Start.AddMinutes(2)];

        var chart = Chart.Of("c", "Waiting", "s", times, new Series("a", [1, null, 7], true), new Series("b", [0, 2, 4])).ToString();

        Assert.Contains("<polyline class=\"line-0\" points=\"0,135.4 600,47.8\">", chart, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Waiting: a 7 s, b 4 s\"", chart, StringComparison.Ordinal);
        Assert.Contains("<td>–</td>", chart, StringComparison.Ordinal);
        Assert.Contains("08:02", chart, StringComparison.Ordinal);
    }

    [Fact]
    public void SamplesPastTheBoundAreForgotten()
    {
        var pulse = new Pulse(app.Index, app.Grains, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Pulse>.Instance);
        foreach (var second in Enumerable.Range(0, 1_500))
        {
            pulse.Add(new PulseSample(Start.AddSeconds(second), 0, 0, 0, 0, TimeSpan.Zero, [("q", 1)], []));
        }

        Assert.Equal(1_440, pulse.Samples.Length);
        Assert.Equal(Start.AddSeconds(1_499), pulse.Samples[^1].At);
        pulse.Dispose();
    }

    private static WorkerReport Report(WorkerId id) => new(
        new WorkerProfile(id, ["work"], ["gpu"]), "1.0", 4, ["fleet"], [new WorkerStage(TaskId.Parse("one"), "work", TimeSpan.FromMinutes(5))])
    {
        Problems = ["ffmpeg is not installed."],
    };
}

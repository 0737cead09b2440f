using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using VideoGen.Silo.Dashboard.Charts;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>Every page, in light and in dark, wide and narrow: axe finds nothing serious, and nothing scrolls sideways.</summary>
[Collection(SharedSilo.Name)]
public sealed class AccessibilityTests(SiloApplication app, Browser browser)
{
    private static readonly Lazy<Task<string>> Axe = new(LoadAsync);

    [Theory]
    [InlineData("/?id=axe")]
    [InlineData("/tasks/axe-running")]
    [InlineData("/tasks/axe-failed")]
    [InlineData("/tasks/axe-running/json")]
    [InlineData("/tasks/axe-running/acts/retry")]
    [InlineData("/acts/cancel?view=%3Fid%3Daxe")]
    [InlineData("/workers")]
    [InlineData("/queues")]
    [InlineData("/queues/pause?name=default")]
    [InlineData("/charts")]
    [InlineData("/webhooks")]
    [InlineData("/webhooks/create")]
    [InlineData("/webhooks/replay?name=axe-told")]
    [InlineData("/grains?task=axe-running")]
    [InlineData("/login")]
    [InlineData("/nowhere")]
    public async Task APageIsForEverybody(string path)
    {
        await PrepareAsync();
        await using var tab = await browser.ShowAsync(app, path);
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 320) })
        {
            await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await tab.Page.SetViewportSizeAsync(width, 860);
            Assert.Empty(await FindFaultsAsync(tab.Page));
            await tab.ShootAsync($"{path.Split('?')[0].Trim('/').Replace('/', '-')}-{width}");
            Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"),
                $"{path} is wider than {width}.");
        }
    }

    /// <summary>What axe finds on the page that is serious.</summary>
    internal static async Task<string[]> FindFaultsAsync(IPage page)
    {
        await page.EvaluateAsync(await Axe.Value);
        return await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                .filter(fault => fault.impact === 'serious' || fault.impact === 'critical')
                .map(fault => `${fault.id}: ${fault.nodes.slice(0, 3).map(node => node.html + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)
            """);
    }

    private static async Task<string> LoadAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "VideoGen.Orleans.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The folder of the solution is not above the tests.");
        }

        using var install = Process.Start(new ProcessStartInfo(Path.Combine(root.FullName, "tests/tools/axe.sh")) { RedirectStandardOutput = true })!;
        var path = (await install.StandardOutput.ReadToEndAsync()).Trim();
        await install.WaitForExitAsync();
        return await File.ReadAllTextAsync(path);
    }

    /// <summary>Tasks, a queue and samples for charts; creating them again changes nothing.</summary>
    private async Task PrepareAsync()
    {
        if (await app.Grains.GetGrain<ITaskStateGrain>("axe-running").ReadAsync() is not null)
        {
            return;
        }

        var failed = await VideoTask.CreateAsync(app, "axe-failed");
        await app.SendAsync(failed.Id, new FailStage("content_parsing", await failed.StartAsync("content_parsing"), "line 12 has no end", "document",
            Retryable: false));
        var running = await VideoTask.CreateAsync(app, "axe-running");
        await running.ParseAsync(3);
        await running.DoAsync("audio_generation:scene-01", running.Store("audio_generation:scene-01", "voice.wav", [1, 2, 3], "audio/wav"));
        await running.ReportAsync("video_generation:scene-01", await running.StartAsync("video_generation:scene-01"), 0.4, "Drawing frame 40 of 100");
        await AddWebhooksAsync();
        var pulse = app.Silo.Services.GetRequiredService<Pulse>();
        foreach (var minute in Enumerable.Range(0, 30))
        {
            pulse.Add(new PulseSample(
                TimeProvider.System.GetUtcNow().AddMinutes(minute - 31), minute * 3, minute / 9, 8, minute % 9, TimeSpan.FromSeconds(minute * 4),
                [("default", (minute * 7) % 40)], [("video_generation", TimeSpan.FromSeconds(20 + (minute % 7))), ("audio_generation",
                    TimeSpan.FromSeconds(6))]));
        }
    }

    /// <summary>One of each kind; none is told of a task of another test.</summary>
    private async Task AddWebhooksAsync()
    {
        var (webhooks, now) = (app.Grains.GetGrain<IWebhooksGrain>(0), TimeProvider.System.GetUtcNow());
        foreach (var name in new[] { "axe-told", "axe-failing", "axe-disabled", "axe-new" })
        {
            var webhook = new Webhook(name, Webhook.NewId(), $"https://example.org/{name}/Xk28fjw93kd82jfp10aaQ?token=hidden", WebhookSecret.Create(), now)
            {
                Events = name == "axe-new" ? ["task.*", "stage.failed"] : null,
                Labels = TaskState.NoLabels.SetItem("axe", "notices"),
            };
            await webhooks.AddAsync(webhook);
            var (told, failed) = (new WebhookNote(webhook.Id) { ToldAt = now }, new WebhookNote(webhook.Id) { FailedAt = now, Failure = "It answered 500." });
            ImmutableArray<WebhookNote> notes = name switch
            {
                "axe-told" => [failed, told with { ToldAt = now.AddSeconds(1) }],
                "axe-failing" => [told with { ToldAt = now.AddHours(-3) }, failed],
                "axe-disabled" => [failed with { Failure = "It answered 410: it is gone.", IsGone = true }],
                _ => [],
            };
            await webhooks.NoteAsync(notes);
        }
    }
}

using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace VideoGen.Silo.Tests;

/// <summary>The dashboard in a real browser. VIDEOGEN_SCREENSHOTS names a folder to keep pictures in.</summary>
[Collection(SharedSilo.Name)]
public sealed class PageTests(SiloApplication app, Browser browser)
{
    private const string Overall = "progress.large";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BarsMoveWithoutAReload()
    {
        var task = await VideoTask.CreateAsync(app, "page-moving");
        await task.ParseAsync(3);
        var token = await task.StartAsync("audio_generation:scene-01");
        await task.ReportAsync("audio_generation:scene-01", token, 0.1, "Speaking sentence 1 of 10");
        await using var tab = await browser.OpenAsync(app, "/?id=page-moving");

        // A mark in the window is gone after any reload.
        await tab.Page.EvaluateAsync("() => { window.unbroken = true; }");
        var row = tab.Page.Locator("li.task");
        await Assertions.Expect(row.Locator("progress")).ToHaveAttributeAsync("value", "25");
        await task.CompleteAsync("audio_generation:scene-01", token);
        await Assertions.Expect(row.Locator("progress")).ToHaveAttributeAsync("value", "33");
        await tab.ShootAsync("list");

        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.unbroken === true"));
        await row.ClickAsync();
        await Assertions.Expect(tab.Page.Locator("h1")).ToHaveTextAsync("page-moving");
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        await tab.Page.EvaluateAsync("() => { window.unbroken = true; }");
        var drawn = await task.StartAsync("video_generation:scene-01");
        foreach (var percent in new[] { 20, 50, 80 })
        {
            await task.ReportAsync("video_generation:scene-01", drawn, percent / 100.0, $"Drawing frame {percent} of 100");
            await Assertions.Expect(Bar(tab.Page, "video_generation:scene-01")).ToHaveAttributeAsync("value", $"{percent}");
            await Assertions.Expect(tab.Page.Locator("#stages").GetByText($"Drawing frame {percent} of 100")).ToBeVisibleAsync();
        }

        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.unbroken === true"));
        await tab.ShootAsync("task-running");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AFinishedTaskShowsItsVideoWithCaptions()
    {
        var task = await VideoTask.CreateAsync(app, "page-finished");
        await task.ParseAsync(1);
        await task.DoAsync("audio_generation:scene-01", task.Store("audio_generation:scene-01", "voice.wav", [1, 2, 3], "audio/wav"));
        await task.DoAsync("video_generation:scene-01", task.Store("video_generation:scene-01", "clip.mp4", [1, 2, 3], "video/mp4"));
        await using var tab = await browser.OpenAsync(app, "/tasks/page-finished");
        await Assertions.Expect(tab.Page.Locator("#video video")).ToHaveCountAsync(0);

        await task.DoAsync(
            "output_handling",
            task.Store("output_handling", "video.mp4", TestVideo.Make(), "video/mp4"),
            task.Store("output_handling", "captions.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"u8.ToArray(), "text/vtt"));

        await Assertions.Expect(tab.Page.Locator("#video video")).ToHaveAttributeAsync("src", "/api/tasks/page-finished/artifacts/output_handling/video.mp4");
        await Assertions.Expect(tab.Page.Locator("#video track")).ToHaveAttributeAsync("src",
            "/api/tasks/page-finished/artifacts/output_handling/captions.vtt");
        Assert.Null(await tab.Page.Locator("#video track").GetAttributeAsync("srclang"));
        await Assertions.Expect(tab.Page.Locator(Overall)).ToHaveAttributeAsync("value", "100");
        await tab.Page.WaitForFunctionAsync(
            "() => document.querySelector('video').readyState >= 1 && document.querySelector('video').textTracks[0].cues?.length === 1");
        await tab.ShootAsync("task-finished");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AFilmIsWatchedWhileItIsMadeAndTheFinishedOneTakesItsPlaceInTheEnd()
    {
        var task = await VideoTask.CreateAsync(app, "page-film", input: VideoTask.GermanChosen);
        await task.ParseAsync(2);
        await using var tab = await browser.OpenAsync(app, "/tasks/page-film");
        await tab.Page.EvaluateAsync("() => { window.unbroken = true; }");
        await DrawAsync("scene-01", 70);
        await Assertions.Expect(tab.Page.Locator("#video a")).ToHaveAttributeAsync("href", "/api/tasks/page-film/watch/index.m3u8");
        await tab.Page.WaitForFunctionAsync("() => document.querySelector('video').readyState >= 2");
        await tab.Page.EvaluateAsync("() => { window.player = document.querySelector('video'); player.muted = true; return player.play(); }");
        await tab.Page.WaitForFunctionAsync("() => player.currentTime > 0.5");
        await tab.ShootAsync("task-film");
        await Assertions.Expect(tab.Page.Locator("#video track")).ToHaveAttributeAsync("srclang", "de");

        await tab.Page.WaitForFunctionAsync("() => player.textTracks[0].cues?.length === 1");

        // The next scene follows without a break in what is shown.
        await DrawAsync("scene-02", 30);
        await tab.Page.WaitForFunctionAsync("() => player.textTracks[0].cues?.length === 2 && player.textTracks[0].cues[1].startTime > 6");
        await tab.Page.WaitForFunctionAsync("() => player.buffered.length === 1 && player.buffered.end(0) > 9.9");
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => player === document.querySelector('video') && !player.ended"));
        await tab.Page.EvaluateAsync("() => { player.pause(); }");
        await task.DoAsync(
            "output_handling",
            task.Store("output_handling", "video.mp4", TestVideo.Make(), "video/mp4"),
            task.Store("output_handling", "captions.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"u8.ToArray(), "text/vtt"));

        await tab.Page.WaitForFunctionAsync(
            "() => player.querySelector('track[src*=artifacts]') && player.children.length === 1 && player.isConnected && player.currentTime > 0.5");
        await tab.Page.EvaluateAsync("() => { player.currentTime = 9.5; return player.play(); }");
        await Assertions.Expect(tab.Page.Locator("#video video")).ToHaveAttributeAsync("src", "/api/tasks/page-film/artifacts/output_handling/video.mp4");
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.unbroken && player.ended"));
        Assert.Empty(tab.Complaints);

        async Task DrawAsync(string scene, int frames)
        {
            await task.DoAsync($"audio_generation:{scene}");
            await task.DoAsync(
                $"video_generation:{scene}",
                task.Store($"video_generation:{scene}", "clip.mp4", TestVideo.MakeClip(frames), "video/mp4"),
                task.Store($"video_generation:{scene}", "clip.vtt", "WEBVTT\n\n00:00.100 --> 00:00.900\nHello\n"u8.ToArray(), "text/vtt"));
        }
    }

    [Fact]
    public async Task TheAddressHoldsTheFilterAndAReloadKeepsIt()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "reports");
        await VideoTask.CreateAsync(app, "page-filter-queued", labels);
        await VideoTask.CreateAsync(app, "page-filter-other");
        await (await VideoTask.CreateAsync(app, "page-filter-active", labels)).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/");

        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("page-filter");
        await tab.Page.GetByLabel("Label").FillAsync("team:reports");
        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-filter-active", "page-filter-queued"]);
        await tab.Page.Locator(".count.queued").ClickAsync();
        await tab.Page.WaitForURLAsync("**/?show=queued&id=page-filter&label=team%3Areports");
        await tab.Page.ReloadAsync();

        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-filter-queued"]);
        await Assertions.Expect(tab.Page.GetByLabel("Label")).ToHaveValueAsync("team:reports");
        await Assertions.Expect(tab.Page.Locator(".count.active .number")).ToHaveTextAsync("1");

        await tab.Page.Locator(".count.all").ClickAsync();
        await tab.Page.GetByLabel("Order").SelectOptionAsync("asc");
        await tab.Page.WaitForURLAsync("**/?id=page-filter&order=asc&label=team%3Areports");
        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-filter-queued", "page-filter-active"]);
        await tab.Page.GetByLabel("Sort by").SelectOptionAsync("updated");
        await tab.Page.GetByLabel("Also with").FillAsync("none:such");
        await Assertions.Expect(tab.Page.GetByText("No task is like that.")).ToBeVisibleAsync();
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Sort by")).ToHaveValueAsync("updated");
        await Assertions.Expect(tab.Page.GetByLabel("Order")).ToHaveValueAsync("asc");
        await Assertions.Expect(tab.Page.GetByLabel("Label")).ToHaveValueAsync("team:reports");
        await Assertions.Expect(tab.Page.GetByLabel("Also with").First).ToHaveValueAsync("none:such");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task ThePausedListStandsStillAndThenCatchesUp()
    {
        var task = await VideoTask.CreateAsync(app, "page-paused-1");
        await using var tab = await browser.OpenAsync(app, "/?id=page-paused");
        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-paused-1"]);

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause", Exact = true }).First.ClickAsync();
        await Assertions.Expect(tab.Live).ToHaveTextAsync("paused");
        await task.StartAsync("content_parsing");
        await VideoTask.CreateAsync(app, "page-paused-2");
        await using (var other = await browser.OpenAsync(app, "/?id=page-paused"))
        {
            await Assertions.Expect(Ids(other.Page)).ToHaveTextAsync(["page-paused-2", "page-paused-1"]);
        }

        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-paused-1"]);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Follow" }).ClickAsync();
        await Assertions.Expect(Ids(tab.Page)).ToHaveTextAsync(["page-paused-2", "page-paused-1"]);
    }

    [Fact]
    public async Task TheLogIsSearchedWhileItGoesOn()
    {
        var task = await VideoTask.CreateAsync(app, "page-log");
        await task.ParseAsync(2);
        var token = await task.StartAsync("audio_generation:scene-02");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-log");
        var lines = tab.Page.Locator(".log li");

        await tab.Page.GetByLabel("Lines with").FillAsync("scene 2");
        await Assertions.Expect(lines).ToHaveTextAsync([new Regex("Synthesis \\(Scene 2\\) attempt 1 began on worker-1")]);
        await task.ReportAsync("audio_generation:scene-02", token, 0.5, "Half of it");

        await Assertions.Expect(lines).ToHaveTextAsync([new Regex("Half of it"), new Regex("attempt 1 began")]);
        await Assertions.Expect(tab.Page).ToHaveURLAsync(new Regex("log=scene"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task WhatSomebodyFoldedStaysFoldedWhileThePageChanges()
    {
        var task = await VideoTask.CreateAsync(app, "page-fold");
        await task.ParseAsync(2);
        var token = await task.StartAsync("audio_generation:scene-01");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-fold");
        var group = tab.Page.Locator("details.members").First;
        await Assertions.Expect(group).ToHaveAttributeAsync("open", "");

        await group.Locator("summary").First.PressAsync("Enter");
        await task.ReportAsync("audio_generation:scene-01", token, 0.5, "Half of it");
        await Assertions.Expect(tab.Page.Locator("progress.large")).ToHaveAttributeAsync("value", "31");

        Assert.Null(await group.GetAttributeAsync("open"));
    }

    [Theory]
    [InlineData("/tasks/page-nobody", HttpStatusCode.NotFound)]
    [InlineData("/tasks/..page", HttpStatusCode.BadRequest)]
    public async Task ATaskThatIsNotThereHasItsStatusAndAnExplanation(string path, HttpStatusCode status)
    {
        using var answer = await app.Http.GetAsync(path, Stop);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("No such task", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItLooksWellInTheDarkAndOnAPhone()
    {
        var task = await VideoTask.CreateAsync(app, "page-looks");
        await task.ParseAsync(4);
        await using var tab = await browser.OpenAsync(app, "/tasks/page-looks", ColorScheme.Dark);
        await tab.ShootAsync("dark");
        await tab.Page.SetViewportSizeAsync(320, 844);
        await tab.ShootAsync("narrow");

        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"));
    }

    private static ILocator Ids(IPage page) => page.Locator("li.task .id");

    private static ILocator Bar(IPage page, string stage) => page.Locator($"progress[aria-label='Progress of {stage}']");
}

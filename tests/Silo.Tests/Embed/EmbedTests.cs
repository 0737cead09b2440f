using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests.Embed;

/// <summary>A task on a page of another site: what that page may read, and what a person sees there, in a real browser.</summary>
[Collection(SharedSilo.Name)]
public sealed class EmbedTests(SiloApplication app, Browser browser)
{
    private const string Site = "https://wiki.example.org";

    private static readonly byte[] Picture =
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PagesOfTheSiteThatATokenNamesReadItsTaskAndNothingElse()
    {
        await VideoTask.CreateAsync(app, "embed-mine");
        await VideoTask.CreateAsync(app, "embed-other");
        var token = await ShareAsync("embed-mine", Site);
        var plain = await ShareAsync("embed-mine", null);

        foreach (var (path, from, status, isReadable) in new[]
        {
            ($"/api/tasks/embed-mine?read={token}", Site, HttpStatusCode.OK, true),
            ($"/api/tasks/embed-mine/artifacts?read={token}", Site, HttpStatusCode.OK, true),
            ($"/api/tasks/embed-mine/artifacts/none/none?read={token}", Site, HttpStatusCode.NotFound, true),
            ($"/api/tasks/embed-other?read={token}", Site, HttpStatusCode.Forbidden, true),
            ($"/api/tasks?read={token}", Site, HttpStatusCode.Forbidden, true),
            ($"/api/workers?read={token}", Site, HttpStatusCode.Forbidden, false),
            ($"/tasks/embed-mine?read={token}", Site, HttpStatusCode.OK, false),
            ($"/api/tasks/embed-mine?read={token}", "https://evil.example.org", HttpStatusCode.OK, false),
            ($"/api/tasks/embed-mine?read={token}", "null", HttpStatusCode.OK, false),
            ($"/api/tasks/embed-mine?read={plain}", Site, HttpStatusCode.OK, false),
            ("/api/tasks/embed-mine", Site, HttpStatusCode.OK, false),
        })
        {
            using var answer = await GetAsync(path, from);
            Assert.True(answer.StatusCode == status, $"{path} answers {answer.StatusCode} to {from}.");
            Assert.True(ReaderOf(answer) == (isReadable ? Site : null), $"{path} may be read by {ReaderOf(answer)}.");
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    /// <summary>A browser keeps what it was answered, and must not give to one site what another one was told.</summary>
    [Fact]
    public async Task WhatAnAnswerDependsOnIsSaid()
    {
        await VideoTask.CreateAsync(app, "embed-vary");
        var token = await ShareAsync("embed-vary", Site);

        using var answer = await GetAsync($"/api/tasks/embed-vary?read={token}", "https://evil.example.org");
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    /// <summary>Nobody has a key here, so that whoever asks may read all. A site that had a token for an hour may not.</summary>
    [Fact]
    public async Task WhenItsTimeIsOverATokenLetsInAsNobody()
    {
        await VideoTask.CreateAsync(app, "embed-late");
        Assert.True(SiteOrigin.TryParse(Site, out var site));
        var token = app.Silo.Services.GetRequiredService<ReadTokens>().Create(TaskId.Parse("embed-late"), DateTimeOffset.UnixEpoch, site);

        foreach (var path in new[] { "/api/tasks/embed-late", "/api/tasks" })
        {
            using var answer = await GetAsync($"{path}?read={token}", Site);
            Assert.Equal((HttpStatusCode.Unauthorized, Site), (answer.StatusCode, ReaderOf(answer)));
        }
    }

    /// <summary>The cookie of a shared link gives something to those who have nothing, and takes nothing from who may do everything here.</summary>
    [Fact]
    public async Task WhoMayDoEverythingMayDoSoAfterALinkWasOpened()
    {
        await VideoTask.CreateAsync(app, "embed-link");
        using var opened = await app.Http.GetAsync($"/tasks/embed-link?read={await ShareAsync("embed-link", null)}", Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/tasks/embed-link");
        again.Headers.Add("Cookie", opened.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

        using var page = await app.Http.SendAsync(again, Stop);

        Assert.Contains("/tasks/embed-link/acts/cancel", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://wiki.example.org", "https://wiki.example.org")]
    [InlineData("https://Wiki.Example.org/", "https://wiki.example.org")]
    [InlineData("https://wiki.example.org:443", "https://wiki.example.org")]
    [InlineData("http://localhost:8000", "http://localhost:8000")]
    [InlineData("http://[::1]:8000", "http://[::1]:8000")]
    [InlineData("https://b\u00fccher.example", "https://xn--bcher-kva.example")]
    public void AnOriginIsWrittenAsBrowsersDo(string text, string expected)
    {
        Assert.True(SiteOrigin.TryParse(text, out var site));
        Assert.Equal(expected, site.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("wiki.example.org")]
    [InlineData("https://wiki.example.org/page")]
    [InlineData("https://wiki.example.org?a=b")]
    [InlineData("https://wiki.example.org/#top")]
    [InlineData("https://ada@wiki.example.org")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://*.example.org")]
    [InlineData("https://a b")]
    public async Task WhatIsNoOriginIsRefused(string origin)
    {
        await VideoTask.CreateAsync(app, "embed-bad");
        using var answer = await app.Http.PostAsJsonAsync("/api/tasks/embed-bad/shares", new { for_s = 60, origin }, Stop);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("The member 'origin' is the origin of a site", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheScriptIsSmallAndForEverySite()
    {
        using var answer = await GetAsync("/embed.js", Site);

        Assert.Equal("*", ReaderOf(answer));
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Stop)).Length, 1_000, 8_000);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/embed.js");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var same = await app.Http.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task APageOfAnotherSiteShowsHowFarATaskIsAndThenItsVideo()
    {
        var task = await VideoTask.CreateAsync(app, "embed-shown", input: VideoTask.GermanChosen);
        await using var site = await OtherSite.StartAsync(app.Http.BaseAddress!);
        site.Body = Element("embed-shown", await ShareAsync("embed-shown", site.Origin));
        await using var tab = await browser.ShowAsync(new Uri(site.Origin));
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Waiting to be made");

        var token = await task.StartAsync("content_parsing");
        await task.ReportAsync("content_parsing", token, 0.5, "Reading page 5");
        await Assertions.Expect(tab.Page.GetByText("Reading page 5")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Being made");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "12");
        await tab.ShootAsync("embed-running");

        await CompleteAsync(task, token);
        var player = tab.Page.GetByLabel("Video", new PageGetByLabelOptions { Exact = true });
        await Assertions.Expect(player).ToBeVisibleAsync();
        await tab.Page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('videogen-task').shadowRoot.querySelector('video'); return v.readyState > 0 && v.poster; }");
        await Assertions.Expect(player.Locator("track")).ToHaveAttributeAsync("srclang", "de");
        await player.EvaluateAsync("v => { v.textTracks[0].mode = 'hidden'; }");
        await tab.Page.WaitForFunctionAsync(
            "() => document.querySelector('videogen-task').shadowRoot.querySelector('video').textTracks[0].cues?.length === 1");
        await player.EvaluateAsync("v => v.play()");
        await tab.Page.WaitForFunctionAsync("() => document.querySelector('videogen-task').shadowRoot.querySelector('video').currentTime > 0");
        await tab.ShootAsync("embed-video");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AVideoThatIsReadyIsThereAtOnce()
    {
        var task = await VideoTask.CreateAsync(app, "embed-ready");
        await CompleteAsync(task, await task.StartAsync("content_parsing"));
        await using var site = await OtherSite.StartAsync(app.Http.BaseAddress!);
        site.Body = Element("embed-ready", await ShareAsync("embed-ready", site.Origin));

        await using var tab = await browser.ShowAsync(new Uri(site.Origin));

        var player = tab.Page.GetByLabel("Video", new PageGetByLabelOptions { Exact = true });
        await Assertions.Expect(player).ToBeVisibleAsync();
        Assert.Null(await player.Locator("track").GetAttributeAsync("srclang"));
    }

    [Theory]
    [InlineData("embed-gone", "This task is not there any more.")]
    [InlineData("embed-foreign", "This link is no longer good. Ask whoever gave it for another one.")]
    public async Task WhatCannotBeShownIsSaid(string shown, string words)
    {
        var gone = await VideoTask.CreateAsync(app, "embed-gone");
        await VideoTask.CreateAsync(app, "embed-foreign");
        await using var site = await OtherSite.StartAsync(app.Http.BaseAddress!);
        var token = await ShareAsync("embed-gone", site.Origin);
        await app.SendAsync(gone.Id, new CancelTask());
        using var deleted = await app.Http.DeleteAsync(new Uri("/api/tasks/embed-gone", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        site.Body = Element(shown, token);

        await using var tab = await browser.ShowAsync(new Uri(site.Origin));

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync(words);
    }

    private static string Element(string task, string token) => $"""<videogen-task task="{task}" token="{token}"></videogen-task>""";

    private static string? ReaderOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? Assert.Single(values) : null;

    private static async Task CompleteAsync(VideoTask task, long token)
    {
        await task.CompleteAsync("content_parsing", token);
        await task.DoAsync(
            "output_handling",
            task.Store("output_handling", "video.mp4", TestVideo.Make(), "video/mp4"),
            task.Store("output_handling", "video.vtt", Encoding.UTF8.GetBytes("WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"), "text/vtt"),
            task.Store("output_handling", "thumbnail.png", Picture, "image/png"));
    }

    private async Task<string> ShareAsync(string task, string? origin)
    {
        using var made = await app.Http.PostAsJsonAsync($"/api/tasks/{task}/shares", new { for_s = 600, origin }, Stop);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", origin } } };
        return await app.Http.SendAsync(request, Stop);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Tests.Access;

/// <summary>A person at the pages of a silo with keys, and one who was given a token of a task.</summary>
public sealed partial class LoginTests(LockedSilo silo) : IClassFixture<LockedSilo>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APageLeadsToTheLoginAndTheLoginBackToThePage()
    {
        using var asked = await SendAsync(HttpMethod.Get, "/?status=failed", html: true);
        Assert.Equal((HttpStatusCode.Redirect, "/login?to=%2F%3Fstatus%3Dfailed"), (asked.StatusCode, asked.Headers.Location?.ToString()));

        var (page, form) = await OpenAsync(asked.Headers.Location!.ToString());
        Assert.Contains("no-store", page.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        using var entered = await EnterAsync(form, await silo.CreateKeyAsync(Role.Viewer), "/?status=failed");
        Assert.Equal((HttpStatusCode.Redirect, "/?status=failed"), (entered.StatusCode, entered.Headers.Location?.ToString()));
        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"), set => set.StartsWith("videogen=", StringComparison.Ordinal));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);

        using var seen = await SendAsync(HttpMethod.Get, "/", cookie);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
    }

    [Fact]
    public async Task TheAddressThatTheSiloSaysSignsInAndNoOtherDoes()
    {
        var address = (await silo.Application.Silo.GetLoginAddressAsync())!;
        Assert.Equal("localhost", address.Host);
        using var wrong = await SendAsync(HttpMethod.Get, "/login?token=0123456789", html: true);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);

        using var entered = await SendAsync(HttpMethod.Get, address.PathAndQuery, html: true);

        Assert.Equal((HttpStatusCode.Redirect, "/"), (entered.StatusCode, entered.Headers.Location?.ToString()));
        using var keys = await SendAsync(HttpMethod.Get, "/api/keys", CookieOf(entered));
        Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
    }

    [Theory]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("https://elsewhere.example/")]
    public async Task TheLoginLeadsNowhereElse(string to)
    {
        var (_, form) = await OpenAsync("/login");
        using var entered = await EnterAsync(form, await silo.CreateKeyAsync(Role.Viewer), to);
        Assert.Equal("/", entered.Headers.Location?.ToString());
    }

    [Fact]
    public async Task WithoutTheTokenOfTheFormNothingIsEntered()
    {
        var key = await silo.CreateKeyAsync(Role.Viewer);
        using var answer = await EnterAsync((new Dictionary<string, string>(), ""), key, "/");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(one => one.StartsWith("videogen=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ACookieIsNoLongerGoodThanItsKey()
    {
        var (_, form) = await OpenAsync("/login");
        using var entered = await EnterAsync(form, await silo.CreateKeyAsync(Role.Viewer, name: "short"), "/");
        await silo.Application.Grains.GetGrain<IAccessKeysGrain>(0).RevokeAsync("short");
        await Task.Delay(TimeSpan.FromSeconds(5), Stop);

        using var answer = await SendAsync(HttpMethod.Get, "/", CookieOf(entered), html: true);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task ACookieChangesNothingForAPageThatDoesNotSayWhereItIs()
    {
        var (_, form) = await OpenAsync("/login");
        using var entered = await EnterAsync(form, await silo.CreateKeyAsync(Role.Operator), "/");
        await VideoTask.CreateAsync(silo.Application, "cookie");
        foreach (var (origin, status) in new[]
        {
            (null, HttpStatusCode.Unauthorized), ("http://elsewhere.example", HttpStatusCode.Forbidden),
            (silo.Http.BaseAddress!.ToString().TrimEnd('/'), HttpStatusCode.OK),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/cookie/shares") { Content = JsonContent.Create(new { for_s = 60 }) };
            request.Headers.Add("Cookie", CookieOf(entered).Split(';')[0]);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await silo.Http.SendAsync(request, Stop);
            Assert.True(answer.StatusCode == status, $"A post from {origin ?? "nowhere"} is answered with {answer.StatusCode}.");
        }
    }

    [Theory]
    [InlineData("videogen=MTIzNA.MTIzNA")]
    [InlineData("videogen=.")]
    [InlineData("videogen=OTk5OTk5OTk5OSBhZGRyZXNz.AAAA")]
    public async Task AForgedCookieIsNone(string cookie)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/tasks", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task ATokenOfATaskShowsThatTaskAndNothingElse()
    {
        await VideoTask.CreateAsync(silo.Application, "shown");
        await VideoTask.CreateAsync(silo.Application, "hidden");
        using var made = await silo.SendAsync(HttpMethod.Post, "/api/tasks/shown/shares", await silo.CreateKeyAsync(Role.Operator), new { for_s = 60 });
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;

        foreach (var (method, path, status) in new[]
        {
            (HttpMethod.Get, "/api/tasks/shown", HttpStatusCode.OK), (HttpMethod.Get, "/tasks/shown", HttpStatusCode.OK),
            (HttpMethod.Get, "/api/tasks/hidden", HttpStatusCode.Forbidden), (HttpMethod.Get, "/api/tasks", HttpStatusCode.Forbidden),
            (HttpMethod.Get, "/", HttpStatusCode.Forbidden), (HttpMethod.Get, "/api/workers", HttpStatusCode.Forbidden),
            (HttpMethod.Post, "/api/tasks/shown/shares", HttpStatusCode.Forbidden), (HttpMethod.Get, "/tasks/shown/acts/cancel", HttpStatusCode.Forbidden),
        })
        {
            using var answer = await silo.SendAsync(method, $"{path}?read={token}", null);
            Assert.True(answer.StatusCode == status, $"{method} {path} answers {answer.StatusCode}.");
            using var byHeader = await silo.SendAsync(method, path, token);
            Assert.Equal(status, byHeader.StatusCode);
        }

        var middle = token.IndexOf('.', StringComparison.Ordinal) + 1;
        var changed = $"{token[..middle]}{(token[middle] == 'A' ? 'B' : 'A')}{token[(middle + 1)..]}";
        using var forged = await silo.SendAsync(HttpMethod.Get, "/api/tasks/shown", changed);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    /// <summary>A player asks for what stands in the lists as it stands there, and sends no header of ours.</summary>
    [Fact]
    public async Task ATokenOfATaskPlaysItsFilm()
    {
        var task = await VideoTask.CreateAsync(silo.Application, "played");
        await task.ParseAsync(1);
        await task.DoAsync("audio_generation:scene-01");
        await task.DoAsync(
            "video_generation:scene-01", task.Store("video_generation:scene-01", "clip.mp4", TestVideo.MakeClip(5), "video/mp4"));
        using var made = await silo.SendAsync(HttpMethod.Post, "/api/tasks/played/shares", await silo.CreateKeyAsync(Role.Operator), new { for_s = 60 });
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;

        var address = $"/api/tasks/played/watch/index.m3u8?read={token}";
        for (var lists = 0; lists < 2; lists++)
        {
            using var list = await silo.SendAsync(HttpMethod.Get, address, null);
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
            var next = (await list.Content.ReadAsStringAsync(Stop)).Split('\n').First(line => line.Length > 0 && line[0] != '#');
            address = new Uri(new Uri("http://silo" + address), next).PathAndQuery;
        }

        using var part = await silo.SendAsync(HttpMethod.Get, address, null);
        Assert.Equal((HttpStatusCode.OK, "video/iso.segment"), (part.StatusCode, part.Content.Headers.ContentType?.MediaType));
        using var stranger = await silo.SendAsync(HttpMethod.Get, address.Split('?')[0], null);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Theory]
    [InlineData("The database /data/videogen/tasks.db is locked.", "The database tasks.db is locked.")]
    [InlineData("'/var/lib/x y/tasks.db' and C:\\data\\tasks.db", "'x y/tasks.db' and tasks.db")]
    [InlineData("Look at /api/tasks/a and https://host/a/b.", "Look at /api/tasks/a and https://host/a/b.")]
    [InlineData("videogen/text_generation: no voice", "videogen/text_generation: no voice")]
    public void FoldersOfTheHostStayThere(string text, string shown) => Assert.Equal(shown, HostPaths.Hide(text));

    private static string CookieOf(HttpResponseMessage answer) =>
        Assert.Single(answer.Headers.GetValues("Set-Cookie"), set => set.StartsWith("videogen=", StringComparison.Ordinal));

    [GeneratedRegex("""name="(__RequestVerificationToken)" value="([^"]+)""")]
    private static partial Regex FormToken();

    private async Task<(HttpResponseMessage Page, (Dictionary<string, string> Fields, string Cookie) Form)> OpenAsync(string path)
    {
        var page = await SendAsync(HttpMethod.Get, path, html: true);
        var token = FormToken().Match(await page.Content.ReadAsStringAsync(Stop));
        Assert.True(token.Success);
        return (page, (new() { [token.Groups[1].Value] = token.Groups[2].Value }, page.Headers.GetValues("Set-Cookie").First().Split(';')[0]));
    }

    private async Task<HttpResponseMessage> EnterAsync((Dictionary<string, string> Fields, string Cookie) form, string key, string to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(form.Fields) { ["key"] = key, ["to"] = to }),
        };
        if (form.Cookie.Length > 0)
        {
            request.Headers.Add("Cookie", form.Cookie);
        }

        return await silo.Http.SendAsync(request, Stop);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie = null, bool html = false)
    {
        using var request = new HttpRequestMessage(method, path);
        if (html)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie.Split(';')[0]);
        }

        return await silo.Http.SendAsync(request, Stop);
    }
}

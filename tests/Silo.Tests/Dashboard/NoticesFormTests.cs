using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Silo.Access;
using VideoGen.Silo.Tests.Access;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The forms of the page of webhooks, sent as they are: who may, what is refused, and where a secret stands.</summary>
public sealed partial class NoticesFormTests(NoticesSilo notices) : IClassFixture<NoticesSilo>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheSecretIsInOneAnswerThatNothingKeeps()
    {
        (string, string)[] fields = [("name", "once"), ("url", "https://example.org/once")];
        using var made = await NoticesSilo.FillInAsync(notices.Person, "/webhooks/create", fields);

        var secret = (await notices.FindAsync("once"))!.Secret;
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Contains(secret, await TextAsync(made), StringComparison.Ordinal);
        Assert.True(made.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain("whsec_", made.Headers.ToString(), StringComparison.Ordinal);
        Assert.False(made.Headers.Contains("Location"));

        using var again = await NoticesSilo.FillInAsync(notices.Person, "/webhooks/create", fields);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        var refusal = await TextAsync(again);
        Assert.Contains("There is a webhook once already; choose another name.", refusal, StringComparison.Ordinal);
        foreach (var text in new[] { refusal, await notices.Person.GetStringAsync("/webhooks", Stop), string.Join('\n', notices.Logged()) })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret["whsec_".Length..], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhoIsNoAdminSeesNoLinkAndIsToldWhatItTakes()
    {
        await notices.AddAsync("kept");
        foreach (var role in new[] { Role.Viewer, Role.Operator, Role.Worker })
        {
            using var person = notices.PersonWith(await notices.Silo.CreateKeyAsync(role));
            Assert.DoesNotContain("/webhooks", await person.GetStringAsync("/", Stop), StringComparison.Ordinal);
            foreach (var path in new[] { "/webhooks", "/webhooks/create", "/webhooks/delete?name=kept" })
            {
                using var page = await person.GetAsync(path, Stop);
                Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
                var problem = await page.Content.ReadFromJsonAsync<JsonElement>(Stop);
                Assert.Equal($"This needs the role admin; the key has the role {role.ToWireName()}.", problem.GetProperty("detail").GetString());
            }

            using var act = await NoticesSilo.SendAsync(person, "/webhooks/delete", ("name", "kept"));
            Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
        }

        using var stream = new HttpRequestMessage(HttpMethod.Get, "/webhooks");
        stream.Headers.Accept.ParseAdd("text/event-stream");
        using var viewer = NoticesSilo.PersonWith(await notices.Silo.CreateKeyAsync(Role.Viewer), notices.Silo.Http.BaseAddress!);
        using var refused = await viewer.SendAsync(stream, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.NotNull(await notices.FindAsync("kept"));
        Assert.Contains("href=\"/webhooks\"", await notices.Person.GetStringAsync("/", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("/webhooks", await notices.Silo.Http.GetStringAsync("/login", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFormOfAnotherSiteDoesNothing()
    {
        await notices.AddAsync("stays");
        using var form = new FormUrlEncodedContent([new("name", "stays")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/delete") { Content = form };
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var foreign = await notices.Person.SendAsync(request, Stop);
        using var unproven = await NoticesSilo.SendAsync(notices.Person, "/webhooks/delete", ("name", "stays"));
        using var made = await NoticesSilo.SendAsync(notices.Person, "/webhooks/create", ("name", "forged"), ("url", "https://example.org/"));

        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (unproven.StatusCode, made.StatusCode));
        Assert.Contains("Nothing was done", await unproven.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.NotNull(await notices.FindAsync("stays"));
        Assert.Null(await notices.FindAsync("forged"));
    }

    /// <summary>At a silo that sends to the Internet alone.</summary>
    [Fact]
    public async Task BadInputIsRefusedAsByTheApiAndStaysInTheForm()
    {
        await using var silo = new LockedSilo();
        await silo.InitializeAsync();
        using var person = NoticesSilo.PersonWith(silo.First, silo.Http.BaseAddress!);
        foreach (var (name, url, label, words) in new[]
        {
            ("", "https://example.org/", "", "The name of a webhook has 1 to 64 characters, none of them a control character."),
            ("a", "ftp://example.org/", "", "The address of a webhook is an absolute one of https, of at most 2000 characters."),
            ("a", "https://me:pass@example.org/", "", "The address of a webhook has neither a user name nor a fragment"),
            ("a", "http://example.org/", "", "A notice goes by https alone; only a silo that was started with --webhooks-allow-private sends it by http."),
            ("a", "https://10.0.0.1/", "", "10.0.0.1 is no address of the Internet"),
            ("a", "https://example.org/", "talks", "A label is written KEY=VALUE; 'talks' is not."),
        })
        {
            using var answer = await NoticesSilo.FillInAsync(
                person, "/webhooks/create", ("name", name), ("url", url), ("label", label), ("stage_failed", "stage.failed"));

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl?.NoStore);
            var page = await TextAsync(answer);
            Assert.Contains($"role=\"alert\">{words}", page, StringComparison.Ordinal);
            Assert.Contains($"name=\"name\" value=\"{name}\"", page, StringComparison.Ordinal);
            Assert.Contains($"name=\"url\" value=\"{url}\"", page, StringComparison.Ordinal);
            Assert.Contains($"name=\"label\" value=\"{label}\"", page, StringComparison.Ordinal);
            Assert.Equal("stage_failed", Assert.Single(Ticked().Matches(page)).Groups[1].Value);
            if (label.Length == 0)
            {
                using var byApi = await silo.SendAsync(HttpMethod.Post, "/api/webhooks", silo.First, new { name, url });
                var detail = (await byApi.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString();
                Assert.StartsWith(words, detail, StringComparison.Ordinal);
            }
        }

        // So far nobody is subscribed, and the page says what that would be good for.
        var empty = await person.GetStringAsync("/webhooks", Stop);
        Assert.Contains("Nobody is told of anything yet.", empty, StringComparison.Ordinal);
        Assert.Contains("href=\"/webhooks/create\">Make the first webhook</a>", empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLogSaysOnWhichWebhookSomebodyActed()
    {
        await notices.AddAsync("audited");
        using var deleted = await NoticesSilo.FillInAsync(notices.Person, "/webhooks/delete?name=audited", ("name", "audited"));
        Assert.Equal((HttpStatusCode.SeeOther, "/webhooks"), (deleted.StatusCode, deleted.Headers.Location?.ToString()));
        using var missing = await NoticesSilo.SendAsync(notices.Person, "/webhooks/delete", ("name", "no\none"));

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var lines = notices.Logged(AuditTrail.Category);
        Assert.Contains("keeper (admin) at 127.0.0.1: POST /webhooks/delete (audited), answered with 303.", lines);
        Assert.Contains("keeper (admin) at 127.0.0.1: POST /webhooks/delete (no one), answered with 404.", lines);
    }

    [Fact]
    public async Task ANameIsOneWordOfTheCommandLine()
    {
        const string name = "it's; reboot --now";
        await notices.AddAsync(name);

        var page = WebUtility.HtmlDecode(await notices.Person.GetStringAsync($"/webhooks/test?name={Uri.EscapeDataString(name)}", Stop));

        Assert.Contains(@">videogen webhook test 'it'\''s; reboot --now'</code>", page, StringComparison.Ordinal);
        await notices.Webhooks.RemoveAsync(name);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));

    [GeneratedRegex("<input type=\"checkbox\" name=\"(\\w+)\" value=\"[^\"]+\" checked>")]
    private static partial Regex Ticked();
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Notices;
using VideoGen.Silo.Tests.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The page of the webhooks: by forms as they are, and in a real browser.</summary>
public sealed partial class NoticesPageTests(NoticesSilo notices, Browser browser) : IClassFixture<NoticesSilo>, IClassFixture<Browser>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWebhookIsMadeTriedAndDeletedInABrowser()
    {
        await using var tab = await OpenAsync();
        var dialog = tab.Page.Locator("#dialog");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "New webhook" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("publisher");
        await dialog.GetByLabel("Address").FillAsync(notices.Subscriber.UrlOf("/publish") + "?token=geheimgeheim");
        await dialog.GetByLabel("task.*").CheckAsync();
        await dialog.GetByLabel("stage.failed").CheckAsync();
        await dialog.GetByLabel("Label of the tasks").FillAsync("series=talks");
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync(
            $"videogen webhook create publisher '{notices.Subscriber.UrlOf("/publish")}?token=geheimgeheim' --event 'task.*' --event stage.failed "
            + "--label series=talks");
        await tab.ShootAsync("notices-new");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Make it" }).ClickAsync();

        await Assertions.Expect(dialog.Locator("h1")).ToHaveTextAsync("Webhook publisher is made");
        var made = (await notices.FindAsync("publisher"))!;
        Assert.Equal(made.Secret, await dialog.Locator("#secret").TextContentAsync());
        Assert.Equal(["task.*", "stage.failed"], made.Events!.Value);
        Assert.Equal("talks", made.Labels!["series"]);
        Assert.Empty(await AccessibilityTests.FindFaultsAsync(tab.Page));
        await tab.ShootAsync("notices-secret");
        await dialog.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "I have kept it" }).ClickAsync();

        var row = RowOf(tab, "publisher");
        await Assertions.Expect(row.Locator(".badge")).ToHaveTextAsync("never told");
        await Assertions.Expect(row).ToContainTextAsync("/publish?token=***");
        var page = await tab.Page.ContentAsync();
        Assert.DoesNotContain("geheim", page, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret, page, StringComparison.Ordinal);

        await ActAsync(tab, "Test", "publisher");
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Webhook publisher took the test.");
        Assert.True(Assert.Single(notices.Subscriber.At("/publish")).IsSignedBy(made.Secret));
        notices.Subscriber.Answers["/publish"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        await ActAsync(tab, "Test", "publisher");
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Webhook publisher did not take the test. It answered 500.");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Delete publisher" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen webhook delete publisher");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Leave it" })).ToBeFocusedAsync();
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Webhook publisher is deleted.");
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task OneThatIsGoneSaysWhatToDo_AndGoesOnByKeyboardAlone()
    {
        notices.Subscriber.Answers["/gone"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return Task.CompletedTask;
        };
        await notices.AddAsync("goner", notices.Subscriber.UrlOf("/gone"));
        await using var tab = await OpenAsync();
        var row = RowOf(tab, "goner");
        var reply = await notices.Silo.Application.Grains.GetGrain<ITaskStateGrain>("page-gone").ExecuteAsync(
            OperationId.Create(TimeProvider.System), new CreateTask(TaskId.Parse("page-gone"), JsonText.EmptyObject, null));
        Assert.False(reply.IsRefused, reply.Message);

        await Assertions.Expect(row.Locator(".badge")).ToHaveTextAsync("disabled");
        await Assertions.Expect(row.Locator(".says")).ToContainTextAsync("It answered 410: it is gone.");
        await Assertions.Expect(row.Locator(".says")).ToContainTextAsync("Enable it when it is there again");
        await Assertions.Expect(row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Replay" })).ToHaveCountAsync(0);
        await tab.ShootAsync("notices-gone");
        notices.Subscriber.Answers.Clear();

        await PressAsync(tab, "Enable", "goner");
        await Assertions.Expect(Said(tab)).ToContainTextAsync("Webhook goner is told of what happens from now on.");
        await notices.Book.RefreshAsync();
        await PressAsync(tab, "Replay", "goner");
        await Assertions.Expect(Said(tab)).ToContainTextAsync("1 notice of");

        var received = await notices.Subscriber.WaitForAsync("/gone", 2);
        Assert.Equal(received[0].Id, received[1].Id);
        Assert.Empty(tab.Complaints);
        await notices.Webhooks.RemoveAsync("goner");
    }

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

    [Fact]
    public void ATickedOptionHasNoValueOnTheCommandLine()
    {
        var line = ActForm.CommandLineOf(WebhookAct.Replay.Line, new ReplayForm("a b", true, null, 0, 0).Values("publisher")).ToString();

        Assert.Contains(">videogen webhook replay publisher --task &#x27;a b&#x27; --delivered</code>", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/videogen", "https://example.org/videogen")]
    [InlineData("https://example.org:8443/hook?token=abc&plain&x=1", "https://example.org:8443/hook?token=***&***&x=***")]
    [InlineData("https://me:pass@example.org/", "https://example.org/")]
    [InlineData("https://hooks.example.org/services/T01/B02/9aZk3LmQ8rTw2XyV5bNc1dEf", "https://hooks.example.org/services/T01/B02/9aZk***")]
    [InlineData("https://example.org/whsec_AbCdEfGhIjKl", "https://example.org/whsec_***")]
    [InlineData("nothing", "***")]
    public void OfAnAddressNoSecretIsShown(string url, string shown) => Assert.Equal(shown, ShownAddress.Of(url));

    [Fact]
    public async Task OfManyTasksAReplayGoesOnWhereItStopped()
    {
        var form = (await ReplayForm.Empty.GoOnAsync(new ManyTasks(1_250), "many"))!;
        Assert.Equal((1_000, 1_000, "1000"), (form.Tasks, form.Notices, form.After));
        Assert.Contains("1,000 notices of 1,000 tasks wait for webhook many again. There are more", form.Fields("many").ToString(), StringComparison.Ordinal);

        form = (await form.GoOnAsync(new ManyTasks(1_250), "many"))!;
        Assert.Equal((1_250, null), (form.Tasks, form.After));
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));

    private static ILocator Said(Tab tab) => tab.Page.Locator("#said[role=status]");

    private static ILocator RowOf(Tab tab, string name) => tab.Page.Locator(".row").Filter(new LocatorFilterOptions
    {
        Has = tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = name, Exact = true }),
    });

    private static async Task ActAsync(Tab tab, string act, string name)
    {
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = $"{act} {name}" }).ClickAsync();
        await tab.Page.Locator("#dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = act }).ClickAsync();
    }

    private static async Task PressAsync(Tab tab, string act, string name)
    {
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = $"{act} {name}" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.Locator("#dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = act })).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Signs in, and goes to the page by its key.</summary>
    private async Task<Tab> OpenAsync()
    {
        var tab = await browser.ShowAsync(new Uri(notices.Silo.Http.BaseAddress!, "/login"));
        await tab.Page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).FillAsync(notices.Silo.First);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        await tab.Page.Keyboard.PressAsync("g");
        await tab.Page.Keyboard.PressAsync("n");
        await Assertions.Expect(tab.Page.Locator("h1").First).ToHaveTextAsync("Notices");
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        return tab;
    }

    [GeneratedRegex("<input type=\"checkbox\" name=\"(\\w+)\" value=\"[^\"]+\" checked>")]
    private static partial Regex Ticked();

    /// <summary>Each of so many tasks has one notice that failed.</summary>
    private sealed class ManyTasks(int count) : IWebhooksGrain
    {
        public Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request)
        {
            var from = request.After is { } after ? int.Parse(after, System.Globalization.CultureInfo.InvariantCulture) : 0;
            var end = Math.Min(count, from + WebhookReplayRequest.MaxTasks);
            return Task.FromResult<WebhookReplay?>(new WebhookReplay(end - from, end - from, end < count ? $"{end}" : null));
        }

        public Task<VideoGen.Tasks.Notices.Webhooks> ReadAsync() => throw new NotSupportedException();

        public Task AddAsync(Webhook webhook) => throw new NotSupportedException();

        public Task<bool> RemoveAsync(string name) => throw new NotSupportedException();

        public Task<bool> EnableAsync(string name) => throw new NotSupportedException();

        public Task NoteAsync(System.Collections.Immutable.ImmutableArray<WebhookNote> notes) => throw new NotSupportedException();

        public Task<WebhookTest?> TestAsync(string name) => throw new NotSupportedException();
    }
}

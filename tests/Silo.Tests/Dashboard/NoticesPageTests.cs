using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The page of the webhooks in a real browser.</summary>
public sealed class NoticesPageTests(NoticesSilo notices, Browser browser) : IClassFixture<NoticesSilo>, IClassFixture<Browser>
{
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

    /// <summary>The command line is there to be copied: <c>-h</c> would print the help. The page draws it first, and its script keeps it.</summary>
    [Fact]
    public async Task ANameThatLooksLikeAnOptionStandsBehindADoubleDash()
    {
        await using var tab = await OpenAsync();
        var dialog = tab.Page.Locator("#dialog");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "New webhook" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("-h");
        await dialog.GetByLabel("Address").FillAsync("https://example.org/dashed");
        await dialog.GetByLabel("task.*").CheckAsync();
        await dialog.GetByLabel("Label of the tasks").FillAsync("-o=1");
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync(
            "videogen webhook create --event 'task.*' --label=-o=1 -- -h https://example.org/dashed");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Make it" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "I have kept it" }).ClickAsync();

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Replay -h" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen webhook replay -- -h");
        await dialog.GetByLabel("Also what was delivered").CheckAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen webhook replay --delivered -- -h");
        Assert.Empty(tab.Complaints);
        await notices.Webhooks.RemoveAsync("-h");
    }

    /// <summary>A browser closes a dialog by Esc without a word to the button.</summary>
    [Fact]
    public async Task TheSecretIsGoneFromThePageByEscapeToo()
    {
        await using var tab = await OpenAsync();
        var dialog = tab.Page.Locator("#dialog");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "New webhook" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("escaped");
        await dialog.GetByLabel("Address").FillAsync("https://example.org/escaped");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(dialog.Locator("#secret")).ToContainTextAsync("whsec_");

        await tab.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(tab.Page.Locator("#secret")).ToHaveCountAsync(0);
        await Assertions.Expect(RowOf(tab, "escaped")).ToHaveCountAsync(1);
        Assert.DoesNotContain("whsec_", await tab.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(tab.Complaints);
    }

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
}

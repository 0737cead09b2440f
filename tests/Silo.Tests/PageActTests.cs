using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>What a person does with tasks on the pages, in a real browser.</summary>
[Collection(SharedSilo.Name)]
public sealed class PageActTests(SiloApplication app, Browser browser)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATaskIsPausedResumedAndCancelledByMouse()
    {
        await (await VideoTask.CreateAsync(app, "page-act-mouse")).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-act-mouse");

        await ActAsync(tab, "Pause");
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-act-mouse is paused.");
        await Assertions.Expect(tab.Page.Locator("#subject .badge")).ToHaveTextAsync("paused");
        await ActAsync(tab, "Resume");
        await Assertions.Expect(tab.Page.Locator("#subject .badge")).ToHaveTextAsync("running");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Cancel page-act-mouse" }).ClickAsync();
        await tab.Page.GetByLabel("Why").FillAsync("no use for it");
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen cancel page-act-mouse --reason 'no use for it'");
        await tab.ShootAsync("act");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-act-mouse is cancelled.");
        Assert.Equal(RunStatus.Cancelled, (await ReadAsync("page-act-mouse")).Status);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task ATaskIsSteeredByKeyboardAlone()
    {
        await VideoTask.CreateAsync(app, "page-act-keys");
        await using var tab = await browser.OpenAsync(app, "/?id=page-act-keys");
        var keys = tab.Page.Keyboard;

        await keys.PressAsync("j");
        await keys.PressAsync("Enter");
        await Assertions.Expect(tab.Page.Locator("h1")).ToHaveTextAsync("page-act-keys");
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        var link = tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Priority page-act-keys" });
        await link.FocusAsync();
        await keys.PressAsync("Enter");
        var field = tab.Page.GetByLabel("Priority", new PageGetByLabelOptions { Exact = true });
        await Assertions.Expect(tab.Page.Locator("dialog[open]")).ToBeVisibleAsync();
        await field.FocusAsync();
        await keys.PressAsync("Control+a");
        await keys.TypeAsync("7");
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen priority page-act-keys 7");
        await keys.PressAsync("Enter");

        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-act-keys has its new priority.");
        Assert.Equal(7, (await ReadAsync("page-act-keys")).Priority);
        await link.FocusAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(tab.Page.Locator("dialog[open]")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ChosenStagesAreRetriedAndAnotherIsSkipped()
    {
        var task = await VideoTask.CreateAsync(app, "page-act-retry");
        await task.ParseAsync(1);
        await task.DoAsync("audio_generation:scene-01");
        await task.DoAsync("video_generation:scene-01");
        await task.DoAsync("output_handling");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-act-retry");
        await Assertions.Expect(tab.Page.Locator("#subject .badge")).ToHaveTextAsync("completed");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Retry page-act-retry" }).ClickAsync();
        await tab.Page.Locator("dialog").GetByLabel("Finalization").CheckAsync();
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen retry page-act-retry output_handling");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Retry" }).ClickAsync();
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-act-retry goes on.");
        await Assertions.Expect(tab.Page.Locator("#subject .badge")).ToHaveTextAsync("running");
        Assert.Equal(RunStatus.Pending, (await ReadAsync("page-act-retry")).Stages.First(stage => stage.Name == "output_handling").Status);

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Skip page-act-retry" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("dialog h1")).ToHaveTextAsync("Skip page-act-retry");
        await tab.Page.Locator("dialog").GetByLabel("Finalization").CheckAsync();
        await Assertions.Expect(tab.Page.Locator("dialog code")).ToHaveTextAsync("videogen skip page-act-retry output_handling");
        await tab.Page.GetByLabel("Why").FillAsync("done by hand");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Skip" }).ClickAsync();
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-act-retry goes on without it.");
        await Assertions.Expect(tab.Page.Locator("#stages")).ToContainTextAsync("skipped: done by hand");
    }

    [Fact]
    public async Task AnIdThatLooksLikeAnOptionStandsBehindADoubleDash()
    {
        await (await VideoTask.CreateAsync(app, "-help")).ParseAsync(1);
        await using var tab = await browser.OpenAsync(app, "/tasks/-help");
        var dialog = tab.Page.Locator("#dialog");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Retry -help" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen retry -- -help");
        await dialog.GetByLabel("Finalization").CheckAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen retry -- -help output_handling");
        await dialog.GetByLabel("Finalization").UncheckAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen retry -- -help");
        await dialog.Locator("[data-close]").ClickAsync();

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Priority -help" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen priority -- -help 0");
        await dialog.GetByLabel("Priority").FillAsync("-7");
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("videogen priority -- -help -7");
        Assert.Empty(tab.Complaints);
    }

    /// <summary>Who is quick would choose in the form of the act before.</summary>
    [Fact]
    public async Task AFormIsGoneWhenTheNextOneIsAskedFor()
    {
        var task = await VideoTask.CreateAsync(app, "page-act-slow");
        await task.ParseAsync(1);
        await using var tab = await browser.OpenAsync(app, "/tasks/page-act-slow");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Retry page-act-slow" }).ClickAsync();
        await tab.Page.Locator("#dialog").GetByLabel("Finalization").CheckAsync();
        await tab.Page.Locator("#dialog [data-close]").First.ClickAsync();
        var come = new TaskCompletionSource();
        await tab.Page.RouteAsync(new Regex(@"/acts/skip\?"), async route =>
        {
            await come.Task;
            await route.ContinueAsync();
        });

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Skip page-act-slow" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("#dialog > *")).ToHaveCountAsync(0);
        come.SetResult();
        await tab.Page.Locator("#dialog").GetByLabel("Finalization").CheckAsync();
        await Assertions.Expect(tab.Page.Locator("#dialog code")).ToHaveTextAsync("videogen skip page-act-slow output_handling");
    }

    [Fact]
    public async Task ARefusalIsSaidWhereItWasAsked()
    {
        await (await VideoTask.CreateAsync(app, "page-act-refused")).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-act-refused");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Pause page-act-refused" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("dialog[open]")).ToBeVisibleAsync();
        await app.SendAsync(TaskId.Parse("page-act-refused"), new CancelTask());

        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Pause" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("dialog [role=alert]")).ToHaveTextAsync("A cancelled task cannot be paused.");
    }

    [Fact]
    public async Task AllThatTheFilterFindsIsCancelledAfterItsCountWasSaid()
    {
        foreach (var number in Enumerable.Range(1, 3))
        {
            await VideoTask.CreateAsync(app, $"page-act-bulk-{number}");
        }

        await using var tab = await browser.OpenAsync(app, "/?id=page-act-bulk");
        await tab.Page.Locator(".bulk").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("dialog h1")).ToHaveTextAsync("Cancel 3 tasks");
        await tab.Page.GetByLabel("Why").FillAsync("a trial");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel 3 tasks" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("#bulk-sum")).ToHaveTextAsync("3 done, 0 needed nothing, 0 refused. It is over.");
        Assert.Equal(RunStatus.Cancelled, (await ReadAsync("page-act-bulk-2")).Status);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AChosenTaskIsDeletedFromTheList()
    {
        foreach (var number in Enumerable.Range(1, 2))
        {
            await VideoTask.CreateAsync(app, $"page-act-chosen-{number}");
            await app.SendAsync(TaskId.Parse($"page-act-chosen-{number}"), new CancelTask());
        }

        await using var tab = await browser.OpenAsync(app, "/?id=page-act-chosen");
        await tab.Page.Keyboard.PressAsync("j");
        await tab.Page.Keyboard.PressAsync("x");
        await Assertions.Expect(tab.Page.Locator("#chosen")).ToHaveTextAsync("1 chosen");
        await Assertions.Expect(tab.Page.Locator("#found")).ToBeHiddenAsync();
        await tab.Page.Locator(".bulk").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete 1 task" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("#bulk-sum")).ToHaveTextAsync("1 done, 0 needed nothing, 0 refused. It is over.");
        await tab.Page.GotoAsync(new Uri(app.Silo.GetHttpAddress()!, "/?id=page-act-chosen").ToString());
        await Assertions.Expect(tab.Page.Locator("li.task .id")).ToHaveTextAsync(["page-act-chosen-1"]);
    }

    [Fact]
    public async Task AFormWithoutProofOfItsOriginDoesNothing()
    {
        await VideoTask.CreateAsync(app, "page-act-forged");
        using var form = new FormUrlEncodedContent([new("back", "//elsewhere.example/")]);

        using var answer = await app.Http.PostAsync("/tasks/page-act-forged/acts/cancel", form, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Contains("Nothing was done", page, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere.example", page, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Pending, (await ReadAsync("page-act-forged")).Status);
    }

    [Fact]
    public async Task WithoutAScriptTheActIsAPageOfItsOwn()
    {
        await VideoTask.CreateAsync(app, "page-act-plain");

        var page = await app.Http.GetStringAsync("/tasks/page-act-plain/acts/delete", Stop);

        Assert.Contains("<form id=\"act\" class=\"act\" method=\"post\" action=\"/tasks/page-act-plain/acts/delete\">", page, StringComparison.Ordinal);
        Assert.Contains("videogen delete page-act-plain", page, StringComparison.Ordinal);
    }

    private static async Task ActAsync(Tab tab, string act)
    {
        await tab.Page.Locator("#subject .acts").GetByText(act, new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = act }).ClickAsync();
    }

    private static ILocator Said(Tab tab) => tab.Page.Locator("#said[role=status]");

    private async Task<TaskState> ReadAsync(string id) => (await app.Grains.GetGrain<ITaskStateGrain>(id).ReadAsync())!.ToState();
}

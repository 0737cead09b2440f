using System.Text.RegularExpressions;
using Microsoft.Playwright;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>A person is quicker than the answers to what was done on a page, or they do not come. In a real browser.</summary>
[Collection(SharedSilo.Name)]
public sealed class PageAnswerTests(SiloApplication app, Browser browser)
{
    private readonly TaskCompletionSource _goOn = new();
    private int _asked;

    [Fact]
    public async Task WhoHasGoneOnToTheNextFieldOfAFilterStaysThere()
    {
        await VideoTask.CreateAsync(app, "answer-field");
        await using var tab = await browser.OpenAsync(app, "/");
        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("answer-field");
        await tab.Page.EvaluateAsync("() => { window.field = document.querySelector('[name=label]'); field.focus(); }");
        await tab.Page.WaitForURLAsync("**/?id=answer-field");

        Assert.True(await tab.Page.EvaluateAsync<bool>("() => field.isConnected && document.activeElement === field"));
        await tab.Page.Keyboard.InsertTextAsync("team:none");
        await tab.Page.WaitForURLAsync("**/?id=answer-field&label=team%3Anone");
        await Assertions.Expect(tab.Page.GetByText("No task is like that.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AFormIsSentOnceHoweverOftenItsButtonIsPressed()
    {
        await (await VideoTask.CreateAsync(app, "page-answer-twice")).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-answer-twice");
        await HoldAsync(tab, "/acts/cancel$");
        await OpenFormAsync(tab, "Cancel page-answer-twice");

        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel" }).DblClickAsync();
        _goOn.SetResult();

        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-answer-twice is cancelled.");
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task ALateAnswerLeavesTheNextFormAlone()
    {
        await (await VideoTask.CreateAsync(app, "page-answer-late")).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-answer-late");
        await HoldAsync(tab, "/acts/pause$");
        await OpenFormAsync(tab, "Pause page-answer-late");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Pause" }).ClickAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await OpenFormAsync(tab, "Priority page-answer-late");
        var field = tab.Page.GetByLabel("Priority", new PageGetByLabelOptions { Exact = true });
        await field.FillAsync("7");

        _goOn.SetResult();

        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-answer-late is paused.");
        await Assertions.Expect(field).ToHaveValueAsync("7");
        await field.PressAsync("Enter");
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("Task page-answer-late has its new priority.");
        var state = await ReadAsync("page-answer-late");
        Assert.Equal((RunStatus.Paused, 7), (state.Status, state.Priority));
    }

    [Fact]
    public async Task ALateAnswerThatLeadsToAnotherPageClosesTheFormOfTheFormerOne()
    {
        await VideoTask.CreateAsync(app, "page-answer-away");
        await app.SendAsync(TaskId.Parse("page-answer-away"), new CancelTask());
        await using var tab = await browser.OpenAsync(app, "/tasks/page-answer-away");
        await HoldAsync(tab, "/acts/delete$");
        await OpenFormAsync(tab, "Delete page-answer-away");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await OpenFormAsync(tab, "Delete page-answer-away");

        _goOn.SetResult();

        await Assertions.Expect(tab.Page.Locator("#filter")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Link(tab, "Workers").First.ClickAsync();
        await tab.Page.WaitForURLAsync("**/workers");
    }

    [Fact]
    public async Task TheFormThatWasAskedForLastStays()
    {
        await (await VideoTask.CreateAsync(app, "page-answer-last")).StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/page-answer-last");

        // Counts an answer when the page has done with it what it does.
        await tab.Page.EvaluateAsync("""
            () => {
              const real = window.fetch;
              window.answers = 0;
              window.fetch = async (...call) => {
                const answer = await real(...call);
                const text = await answer.text();
                answer.text = async () => { setTimeout(() => window.answers++); return text; };
                return answer;
              };
            }
            """);
        await HoldAsync(tab, @"/acts/pause\?");
        await Link(tab, "Pause page-answer-last").ClickAsync();
        await OpenFormAsync(tab, "Priority page-answer-last");

        _goOn.SetResult();
        await tab.Page.WaitForFunctionAsync("() => window.answers === 2");

        await Assertions.Expect(tab.Page.GetByLabel("Priority", new PageGetByLabelOptions { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(Said(tab)).ToHaveTextAsync("");
    }

    [Fact]
    public async Task AFilterWithoutAnAnswerIsSaid()
    {
        await VideoTask.CreateAsync(app, "page-answer-filter");
        await using var tab = await browser.OpenAsync(app, "/?id=page-answer-filter");
        await tab.Page.RouteAsync(new Regex(@"\?id=nowhere"), route => route.AbortAsync());

        await tab.Page.GetByRole(AriaRole.Searchbox).FillAsync("nowhere");

        await Assertions.Expect(Said(tab)).ToHaveTextAsync("No answer came.");
        await Assertions.Expect(tab.Page.Locator("li.task .id")).ToHaveTextAsync(["page-answer-filter"]);
    }

    [Fact]
    public async Task ARowStaysFocusedWhenOneAboveItLeavesTheList()
    {
        await VideoTask.CreateAsync(app, "page-answer-row-1");
        await VideoTask.CreateAsync(app, "page-answer-row-2");
        var above = await VideoTask.CreateAsync(app, "page-answer-row-3");
        await using var tab = await browser.OpenAsync(app, "/?show=queued&id=page-answer-row");
        var link = tab.Page.Locator("li.task a", new PageLocatorOptions { HasText = "page-answer-row-1" }).First;
        await link.FocusAsync();

        await above.StartAsync("content_parsing");

        await Assertions.Expect(tab.Page.Locator("li.task .id")).ToHaveTextAsync(["page-answer-row-2", "page-answer-row-1"]);
        await Assertions.Expect(link).ToBeFocusedAsync();
    }

    private static ILocator Said(Tab tab) => tab.Page.Locator("#said[role=status]");

    private static ILocator Link(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name });

    private static async Task OpenFormAsync(Tab tab, string link)
    {
        await Link(tab, link).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("dialog[open] form")).ToBeVisibleAsync();
    }

    /// <summary>Counts what is asked for at such an address, and lets it go on when the test says so.</summary>
    private async Task HoldAsync(Tab tab, string address) => await tab.Page.RouteAsync(new Regex(address), async route =>
    {
        Interlocked.Increment(ref _asked);
        await _goOn.Task;
        await route.ContinueAsync();
    });

    private async Task<TaskState> ReadAsync(string id) => (await app.Grains.GetGrain<ITaskStateGrain>(id).ReadAsync())!.ToState();
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests.Dashboard;

[Collection(SharedSilo.Name)]
public sealed class ReconnectTests(SiloApplication app, Browser browser)
{
    /// <summary>Keeps the versions that the page showed, in their order.</summary>
    private const string Watch =
        """
        () => {
          window.unbroken = true;
          window.versions = [document.body.dataset.version];
          new MutationObserver(() => window.versions.push(document.body.dataset.version))
            .observe(document.body, { attributes: true, attributeFilter: ['data-version'] });
        }
        """;

    /// <summary>What is asked for comes, and the page hears of it when the test says so.</summary>
    private const string HoldAnswers =
        """
        () => {
          const ask = window.fetch;
          window.fetch = async (...request) => {
            const answer = await ask(...request), text = await answer.text();
            await new Promise((go) => { window.held = go; });
            return { url: answer.url, text: async () => text };
          };
        }
        """;

    /// <summary>In ms. Other programs work beside it, so more are measured where it is not kept; a page that asked every few seconds never would.</summary>
    private const double Generous = 1_500;

    [Fact]
    public async Task APageGoesOnByItselfAtAnotherSiloAfterItsOwnDied()
    {
        var task = await VideoTask.CreateAsync(app, "reconnect");
        var token = await task.StartAsync("content_parsing");
        await task.ReportAsync("content_parsing", token, 0.2, "Reading page 2");
        await using var other = new SiloApplication();
        await other.StartAsync(http: true, store: app.Store);
        using var door = new FrontDoor(app.Http.BaseAddress!.Port);
        await using var tab = await browser.OpenAsync(new Uri(door.Address, "/tasks/reconnect"));
        await tab.Page.EvaluateAsync(Watch);
        await task.ReportAsync("content_parsing", token, 0.3, "Reading page 3");
        await Assertions.Expect(Bar(tab)).ToHaveAttributeAsync("value", "30");

        door.LeadTo(null);
        await Assertions.Expect(tab.Page.Locator("#lost")).ToBeVisibleAsync();
        var report = new ReportProgress("content_parsing", token, 0.6, "Reading page 6") { Durable = true };
        await other.SendAsync(task.Id, report);
        door.LeadTo(other.Http.BaseAddress!.Port);

        // Browsers ask again after two seconds and a half at the latest.
        await Assertions.Expect(Bar(tab)).ToHaveAttributeAsync("value", "60")
            .WithinAsync(TimeSpan.FromSeconds(10), static () => "the page does not come back.");
        await Assertions.Expect(tab.Page.Locator("#lost")).ToBeHiddenAsync();
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.unbroken === true"));
        await AssertVersionsRoseAsync(tab);
    }

    /// <summary>The answer to an act is a page, and on its way it may be overtaken by the stream of changes.</summary>
    [Fact]
    public async Task AnAnswerThatComesLateDoesNotTakeThePageBack()
    {
        var task = await VideoTask.CreateAsync(app, "overtaken");
        var token = await task.StartAsync("content_parsing");
        await task.ReportAsync("content_parsing", token, 0.3, "Reading page 3");
        await using var tab = await browser.OpenAsync(app, "/tasks/overtaken");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Priority overtaken" }).ClickAsync();
        await tab.Page.GetByLabel("Priority", new PageGetByLabelOptions { Exact = true }).FillAsync("7");
        await tab.Page.EvaluateAsync(HoldAnswers);
        await tab.Page.EvaluateAsync(Watch);

        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Priority" }).ClickAsync();
        await tab.Page.WaitForFunctionAsync("() => window.held");
        await task.ReportAsync("content_parsing", token, 0.6, "Reading page 6");
        await Assertions.Expect(Bar(tab)).ToHaveAttributeAsync("value", "60");
        await tab.Page.EvaluateAsync("() => window.held()");

        await Assertions.Expect(tab.Page.Locator("#said")).ToHaveTextAsync("Task overtaken has its new priority.");
        Assert.Equal("60", await Bar(tab).GetAttributeAsync("value"));
        await task.ReportAsync("content_parsing", token, 0.7, "Reading page 7");
        await Assertions.Expect(Bar(tab)).ToHaveAttributeAsync("value", "70");
        await AssertVersionsRoseAsync(tab);
    }

    [Fact]
    public async Task APageThatIsNotWhatTheSiloTakesItForGetsAllOfIt()
    {
        var task = await VideoTask.CreateAsync(app, "amiss");
        var token = await task.StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/amiss");
        await tab.Page.EvaluateAsync("() => document.getElementById('stages').remove()");

        await task.ReportAsync("content_parsing", token, 0.4, "Reading page 4");

        await Assertions.Expect(Bar(tab)).ToHaveAttributeAsync("value", "40");
    }

    [Fact]
    public async Task ACommittedStateIsSoonOnTheScreen()
    {
        var task = await VideoTask.CreateAsync(app, "soon");
        var token = await task.StartAsync("content_parsing");
        await using var tab = await browser.OpenAsync(app, "/tasks/soon");
        var took = new List<double>();
        foreach (var percent in Enumerable.Range(1, 40))
        {
            await task.ReportAsync("content_parsing", token, percent / 100.0, $"Reading page {percent}");
            var watch = Stopwatch.StartNew();
            await tab.Page.WaitForFunctionAsync(
                "value => document.querySelector('#stages progress').value === value", percent, new PageWaitForFunctionOptions { PollingInterval = 10 });
            took.Add(watch.Elapsed.TotalMilliseconds);
            if (took.Count == 20 && Median(took) < Generous)
            {
                break;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p50 {Median(took):0} ms, worst {took.Max():0} ms"));
        Assert.True(Median(took) < Generous, $"Half of the states took {Median(took)} ms.");
    }

    private static async Task AssertVersionsRoseAsync(Tab tab)
    {
        var versions = (await tab.Page.EvaluateAsync<string[]>("() => window.versions")).Select(version => long.Parse(version, CultureInfo.InvariantCulture));
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    private static double Median(IEnumerable<double> times) => times.Order().ElementAt(times.Count() / 2);

    private static ILocator Bar(Tab tab) => tab.Page.Locator("progress[aria-label='Progress of content_parsing']");
}

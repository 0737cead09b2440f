using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Access;

/// <summary>Forms that a real browser sends by itself, without a script: what it says of where they come from is up to the browser.</summary>
public sealed class LoginPageTests(LockedSilo silo, Browser browser) : IClassFixture<LockedSilo>, IClassFixture<Browser>
{
    [Fact]
    public async Task APersonSignsInWithAKeyAndComesToThePageThatWasAskedFor()
    {
        await VideoTask.CreateAsync(silo.Application, "login-page");
        await using var tab = await browser.ShowAsync(new Uri(silo.Http.BaseAddress!, "/tasks/login-page"));

        await SignInAsync(tab);

        await Assertions.Expect(tab.Page.Locator("h1")).ToHaveTextAsync("login-page");
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task WithoutAScriptATaskIsSteeredByThePagesOfItsActs()
    {
        await VideoTask.CreateAsync(silo.Application, "login-plain");
        await using var tab = await browser.ShowAsync(new Uri(silo.Http.BaseAddress!, "/login"));
        await tab.Page.RouteAsync("**/dashboard.js", route => route.FulfillAsync(new RouteFulfillOptions { Body = "", ContentType = "text/javascript" }));
        await SignInAsync(tab);
        await tab.Page.GotoAsync(new Uri(silo.Http.BaseAddress!, "/tasks/login-plain").ToString());

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Cancel login-plain" }).ClickAsync();
        await tab.Page.Locator("#act").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("#said")).ToHaveTextAsync("Task login-plain is cancelled.");
        var state = (await silo.Application.Grains.GetGrain<ITaskStateGrain>("login-plain").ReadAsync())!.ToState();
        Assert.Equal(RunStatus.Cancelled, state.Status);
    }

    /// <summary>What is on the page stands there under its plain address, and the browser gets it.</summary>
    [Fact]
    public async Task WhoHasALinkWithATokenSeesTheVideoOnItsPage()
    {
        var task = await VideoTask.CreateAsync(silo.Application, "login-shared");
        await task.DoAsync("content_parsing");
        await task.DoAsync("output_handling", task.Store("output_handling", "video.mp4", TestVideo.Make(), "video/mp4"));
        await VideoTask.CreateAsync(silo.Application, "login-hidden");
        using var made = await silo.SendAsync(
            HttpMethod.Post, "/api/tasks/login-shared/shares", await silo.CreateKeyAsync(Role.Operator), new { for_s = 3_600 });
        var share = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        await using var tab = await browser.OpenAsync(new Uri(silo.Http.BaseAddress!, $"/tasks/login-shared?read={share.GetProperty("token")}"));

        await tab.Page.WaitForFunctionAsync("() => document.querySelector('#video video').readyState > 0");
        Assert.Empty(tab.Complaints);
        var answers = await tab.Page.EvaluateAsync<int[]>(
            """
            () => Promise.all(['/api/tasks', '/api/tasks/login-hidden', '/api/tasks/login-shared', '/tasks/login-shared/json']
              .map(async (path) => (await fetch(path)).status))
            """);
        Assert.Equal([401, 401, 200, 200], answers);
    }

    private async Task SignInAsync(Tab tab)
    {
        await tab.Page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).FillAsync(await silo.CreateKeyAsync(Role.Operator));
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }
}

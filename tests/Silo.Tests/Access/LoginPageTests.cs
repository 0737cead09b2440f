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

    private async Task SignInAsync(Tab tab)
    {
        await tab.Page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).FillAsync(await silo.CreateKeyAsync(Role.Operator));
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }
}

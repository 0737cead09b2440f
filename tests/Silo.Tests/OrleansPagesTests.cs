using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;
using VideoGen.Silo.Access;
using VideoGen.Silo.Tests.Access;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Tests;

/// <summary>Orleans' own dashboard, at a silo that was told to have it.</summary>
public sealed class OrleansPagesTests(OrleansPagesTests.OrleansSilo silo, Browser browser)
    : IClassFixture<OrleansPagesTests.OrleansSilo>, IClassFixture<Browser>
{
    private const string OwnPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; connect-src 'self'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string[] Paths =
    [
        "/orleans", "/orleans/", "/orleans/index.min.js", "/orleans/DashboardCounters", "/orleans/GrainState?grainId=a&grainType=b", "/orleans/Trace",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LockedSilo Locked => silo.Locked;

    [Fact]
    public async Task NobodyButAnAdminGetsIn()
    {
        foreach (var path in Paths)
        {
            using var nobody = await Locked.Http.GetAsync(path, Stop);
            Assert.True(nobody.StatusCode == HttpStatusCode.Unauthorized, $"{path} answers {nobody.StatusCode} to nobody.");
            foreach (var role in new[] { Role.Viewer, Role.Operator, Role.Worker })
            {
                using var answer = await Locked.SendAsync(HttpMethod.Get, path, await Locked.CreateKeyAsync(role));
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{path} answers {answer.StatusCode} to a {role}.");
                Assert.Equal([OwnPolicy], answer.Headers.GetValues("Content-Security-Policy"));
            }
        }
    }

    [Fact]
    public async Task ABrowserWithoutAKeyIsLedToTheLogin()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orleans/");
        request.Headers.Accept.ParseAdd("text/html");

        using var answer = await Locked.Http.SendAsync(request, Stop);

        Assert.Equal((HttpStatusCode.Redirect, "/login?to=%2Forleans%2F"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("/orleans/GrainState?grainId=orleans-state&grainType=VideoGen.Grains.Activation.TaskStateGrain")]
    [InlineData("/orleans/grainstate/?grainId=orleans-state&grainType=VideoGen.Grains.Activation.TaskStateGrain")]
    [InlineData("/orleans/Trace")]
    [InlineData("/orleans/LifecycleStages")]
    [InlineData("/orleans/SiloProperties/127.0.0.1:1@1")]
    [InlineData("/orleans/HistoricalStats/nothing")]
    [InlineData("/orleans/SiloCounters/")]
    public async Task WhatIsClosedIsNotThere(string path)
    {
        await VideoTask.CreateAsync(Locked.Application, "orleans-state");

        using var answer = await AskAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal([OwnPolicy], answer.Headers.GetValues("Content-Security-Policy"));
    }

    /// <summary>What a later version of the package adds shows itself here.</summary>
    [Fact]
    public void EachEndpointIsReadByAdminsAlone()
    {
        var endpoints = Locked.Application.Silo.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/orleans", StringComparison.Ordinal) == true).ToList();

        Assert.Equal(23, endpoints.Count);
        Assert.All(endpoints, endpoint =>
        {
            Assert.Equal(new NeededRole(Role.Admin), endpoint.Metadata.GetMetadata<NeededRole>());
            Assert.Equal(["GET", "HEAD"], endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Order());
        });
    }

    [Fact]
    public async Task WhatIsAnsweredIsKeptByNobodyAndReadAlone()
    {
        var address = Locked.Application.Silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        foreach (var path in new[] { "/orleans/", "/orleans/index.min.js", "/orleans/version", $"/orleans/SiloProperties/{address}" })
        {
            using var answer = await AskAsync(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("no-store", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);

            using var head = await AskAsync(HttpMethod.Head, path);
            Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync(Stop)).Length));
            using var post = await AskAsync(HttpMethod.Post, path);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        }

        using var description = await AskAsync(HttpMethod.Get, "/openapi/v1.json");
        Assert.DoesNotContain("orleans/", await description.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OurOwnPagesKeepTheirPolicy()
    {
        foreach (var path in new[] { "/", "/grains", "/nothing" })
        {
            using var answer = await AskAsync(HttpMethod.Get, path);
            Assert.Equal([OwnPolicy], answer.Headers.GetValues("Content-Security-Policy"));
        }
    }

    [Fact]
    public async Task TheGrainsPageLeadsAdminsThere()
    {
        using var admin = await AskAsync(HttpMethod.Get, "/grains");
        Assert.Contains("href=\"/orleans/\"", await admin.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var viewer = await Locked.SendAsync(HttpMethod.Get, "/grains", await Locked.CreateKeyAsync(Role.Viewer));
        Assert.DoesNotContain("/orleans", await viewer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAdminSeesWhatGrainsDo()
    {
        await VideoTask.CreateAsync(Locked.Application, "orleans-seen");
        var page = new Uri(Locked.Http.BaseAddress!, "/grains").ToString();
        await using var tab = await browser.ShowAsync(new Uri(Locked.Http.BaseAddress!, $"/login?to={Uri.EscapeDataString("/grains")}"));
        await tab.Page.GetByLabel("Key", new PageGetByLabelOptions { Exact = true }).FillAsync(Locked.First);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.GotoAsync(page);
        await tab.ShootAsync("orleans-link");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Orleans’ own dashboard" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Total Activations")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("Active Silos")).ToBeVisibleAsync();
        await tab.ShootAsync("orleans-overview");
        foreach (var (place, title, text) in new[]
        {
            ("Grains", "Grains", "TaskStateGrain"), ("Silos", "Silos", "Active"), ("Reminders", "Reminders", "Grain Reference"),
            ("Preferences", "Preferences", "Light"),
        })
        {
            await tab.Page.Locator("#menu").GetByText(place, new LocatorGetByTextOptions { Exact = true }).ClickAsync();
            await Assertions.Expect(tab.Page.Locator("#content h1")).ToContainTextAsync(title);
            await Assertions.Expect(tab.Page.Locator("#content")).ToContainTextAsync(text);
            await tab.ShootAsync($"orleans-{place.ToLowerInvariant()}");
        }

        // Calls are timed from when somebody looks.
        await VideoTask.CreateAsync(Locked.Application, "orleans-called");
        await tab.Page.GotoAsync(new Uri(Locked.Http.BaseAddress!, "/orleans/#/grain/VideoGen.Grains.Activation.TaskStateGrain").ToString());
        await Assertions.Expect(tab.Page.Locator("#content")).ToContainTextAsync("TaskStateGrain");
        var address = Locked.Application.Silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        await tab.Page.GotoAsync(new Uri(Locked.Http.BaseAddress!, $"/orleans/#/host/{address}").ToString());
        await Assertions.Expect(tab.Page.Locator("#content h1")).ToContainTextAsync($"Silo {address}");
        await Assertions.Expect(tab.Page.Locator("#content")).ToContainTextAsync("CPU Usage");
        await tab.ShootAsync("orleans-silo");
        Assert.Empty(tab.Complaints);
    }

    /// <summary>A silo that was not told to have them: nothing is there, and no other silo looks for its grains at this one.</summary>
    [Fact]
    public async Task WithoutTheOptionNothingIsThere()
    {
        await using var plain = new SiloApplication();
        await plain.InitializeAsync();

        foreach (var path in Paths)
        {
            using var answer = await plain.Http.GetAsync(path, Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path} answers {answer.StatusCode}.");
        }

        Assert.DoesNotContain("/orleans", await plain.Http.GetStringAsync("/grains", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain(ClassesOf(plain), type => type.Assembly == typeof(DashboardOptions).Assembly);
        Assert.Contains(ClassesOf(Locked.Application), type => type.Assembly == typeof(DashboardOptions).Assembly);
        Assert.DoesNotContain(
            plain.Silo.Services.GetServices<IIncomingGrainCallFilter>(), filter => filter.GetType().Assembly == typeof(DashboardOptions).Assembly);
    }

    private static HashSet<Type> ClassesOf(SiloApplication app) => app.Silo.Services.GetRequiredService<IOptions<GrainTypeOptions>>().Value.Classes;

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path) => Locked.SendAsync(method, path, Locked.First);

    public sealed class OrleansSilo : IAsyncLifetime
    {
        public LockedSilo Locked { get; } = new() { Change = options => options with { OrleansDashboard = true } };

        public ValueTask InitializeAsync() => Locked.InitializeAsync();

        public ValueTask DisposeAsync() => Locked.DisposeAsync();
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using VideoGen.Client.Display;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Silo.Api;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class HostTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/healthz/ready")]
    public async Task TheSiloIsHealthy(string path)
    {
        var health = await app.Http.GetFromJsonAsync<JsonElement>(path, Stop);

        Assert.Equal("healthy", health.GetProperty("status").GetString());
    }

    [Fact]
    public async Task MetricsCountUpdatesAndTheWritesThatCarriedThem()
    {
        await VideoTask.CreateAsync(app, "metrics");

        var metrics = await app.Http.GetStringAsync("/metrics", Stop);

        Assert.Contains("videogen_updates_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("videogen_commits_total{", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void AMachineCanAdvertiseTheAddressThatItHasItself()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses, (_, unicast) => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).ToList();
        if (own.Count == 0)
        {
            Assert.Contains("say which address", Assert.Throws<InvalidOperationException>(() => AdvertisedBy("auto")).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Contains(AdvertisedBy("auto"), own);
        Assert.Equal(IPAddress.Loopback, AdvertisedBy(null));

        static IPAddress AdvertisedBy(string? address)
        {
            using var silo = SiloHost.Create(
                new SiloHostOptions { AdvertisedAddress = address, InsecureNetwork = true, Http = false },
                configure: builder => builder.Configuration["Orleans:GrainStorage:tasks:ProviderType"] = "JsonFiles");
            return silo.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.AdvertisedIPAddress;
        }
    }

    [Fact]
    public async Task AForeignHostNameIsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks");
        request.Headers.Host = "rebound.example";

        using var answer = await app.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("GET", true)]
    public async Task APageOfAnotherSiteMayNeitherWriteNorOpenASocket(string method, bool upgrade)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/tasks/elsewhere/acts/cancel");
        request.Headers.Add("Origin", "http://elsewhere.example");
        if (upgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Add("Upgrade", "websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }

        using var answer = await app.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task AnAddressThatIsNoneIsNotFoundInTheFormThatWasAskedFor()
    {
        using var api = await app.Http.GetAsync("/api/nothing", Stop);
        using var page = await app.Http.GetAsync("/nothing", Stop);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (api.StatusCode, api.Content.Headers.ContentType?.MediaType));
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task ASiloStopsWithinTenSecondsWhileSomebodyListens()
    {
        var own = new SiloApplication();
        await own.InitializeAsync();
        await VideoTask.CreateAsync(own, "watched");
        using var listening = await own.Http.GetAsync("/api/tasks/watched/events", HttpCompletionOption.ResponseHeadersRead, Stop);

        await own.DisposeAsync().AsTask().WithinAsync(TimeSpan.FromSeconds(10), static () => "the silo does not stop.");
    }

    [Fact]
    public async Task ASiloWithoutHttpHoldsTasksAllTheSame()
    {
        await using var own = new SiloApplication();
        await own.StartAsync(http: false);

        await VideoTask.CreateAsync(own, "silent");

        Assert.Null(own.Silo.GetHttpAddress());
    }

    [Fact]
    public void WithoutStorageTheHostSaysWhatToConfigure()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => SiloHost.Create(new SiloHostOptions()));

        Assert.Contains("Orleans:GrainStorage:tasks:ProviderType", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("script_generation", "Narration")]
    [InlineData("audio_generation:scene-03", "Synthesis")]
    [InlineData("upload_to_server", "Upload to server")]
    public void StagesHaveTheSeedsTitles(string stage, string title) => Assert.Equal(title, StageTitles.Of(stage));

    [Theory]
    [InlineData("audio_generation: no voice", "Synthesis: no voice")]
    [InlineData("audio_generation:scene-01: no voice", "Synthesis (Scene 1): no voice")]
    [InlineData("unknown_stage: no voice", "unknown_stage: no voice")]
    [InlineData("The task took longer than its pipeline allows.", "The task took longer than its pipeline allows.")]
    [InlineData("no voice for audio_generation: none is installed", "no voice for audio_generation: none is installed")]
    public void WhatIsSaidOfAStageOfTheTaskIsSaidUnderItsTitle(string message, string shown)
    {
        var stages = StageMap.Empty.WithRange([new StageState { Name = "audio_generation" }, new StageState { Name = "audio_generation:scene-01" }]);

        Assert.Equal(shown, StageTitles.InMessage(message, stages));
    }

    [Theory]
    [InlineData(0.29, 28)]
    [InlineData(0.57, 56)]
    [InlineData(0.58, 57)]
    [InlineData(0.999, 99)]
    [InlineData(1, 100)]
    public void PercentsAreCutAsInTheSeed(double fraction, int percent) => Assert.Equal(percent, Percent.Of(fraction));
}

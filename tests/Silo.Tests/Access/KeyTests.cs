using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Silo.Access;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Access;

/// <summary>A silo with keys: who gets in, and how far.</summary>
public sealed class KeyTests(LockedSilo silo) : IClassFixture<LockedSilo>
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly string[] Closed =
    [
        "/", "/tasks/any", "/api/tasks", "/api/tasks/events",
        "/api/nothing", "/nothing", "/metrics", "/openapi/v1.json", "/_blazor/negotiate", "/api/workers", "/api/keys",
    ];

    public static TheoryData<string> NoKeys =>
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer vg_viewer_nothing",
        "Bearer " + KeyText.Create(Role.Admin),
        "Basic dmc6dmc=",
    ];

    [Theory]
    [MemberData(nameof(NoKeys))]
    public async Task WithoutAGoodKeyNothingIsAnswered(string authorization)
    {
        foreach (var path in Closed)
        {
            using var request = new HttpRequestMessage(path.StartsWith("/_", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path);
            if (authorization.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var answer = await silo.Http.SendAsync(request, Stop);

            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{path} answers {answer.StatusCode}.");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.StartsWith("Bearer realm=\"videogen\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AKeyInTheAddressIsNone()
    {
        var key = await silo.CreateKeyAsync(Role.Admin);
        foreach (var name in new[] { "key", "access_token", "token", "authorization" })
        {
            using var answer = await silo.Http.GetAsync($"/api/tasks?{name}={key}", Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task WhatAnOrchestratorAsksIsAnsweredWithoutDetails()
    {
        foreach (var path in new[] { "/healthz", "/healthz/ready" })
        {
            var health = await silo.Http.GetFromJsonAsync<JsonElement>(path, Stop);
            Assert.Equal("healthy", health.GetProperty("status").GetString());
            Assert.Equal(0, health.GetProperty("problems").GetArrayLength());
        }
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Worker)]
    [InlineData(Role.Admin)]
    public async Task EveryRoleMayLook(Role role)
    {
        var key = await silo.CreateKeyAsync(role);
        using var answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks", key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task WhoMayNotIsToldWhatItTakes()
    {
        foreach (var role in new[] { Role.Viewer, Role.Operator, Role.Worker })
        {
            using var answer = await silo.SendAsync(HttpMethod.Get, "/api/keys", await silo.CreateKeyAsync(role));

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            Assert.Equal($"This needs the role admin; the key has the role {role.ToWireName()}.", problem.GetProperty("detail").GetString());
        }
    }

    /// <summary>The stream of a task that waits, and that of a page.</summary>
    [Theory]
    [InlineData("/api/tasks/key-stream/events")]
    [InlineData("/api/tasks/events")]
    [InlineData("/")]
    public async Task AnOpenStreamEndsWithItsKey(string path)
    {
        if (path != "/")
        {
            await VideoTask.CreateAsync(silo.Application, "key-stream");
        }

        var (admin, name) = (await silo.CreateKeyAsync(Role.Admin), $"reads-{Guid.NewGuid():N}");
        var key = await silo.CreateKeyAsync(Role.Viewer, name: name);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var stream = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        var read = stream.Content.ReadAsStringAsync(Stop);

        using var revoked = await silo.SendAsync(HttpMethod.Delete, $"/api/keys/{name}", admin);

        Assert.NotEmpty(await read.WaitAsync(TimeSpan.FromSeconds(60), Stop));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
    }

    [Fact]
    public async Task ARevokedKeyOpensNothingFiveSecondsLater()
    {
        var admin = await silo.CreateKeyAsync(Role.Admin);
        var name = $"gone-{Guid.NewGuid():N}";
        using var made = await silo.SendAsync(HttpMethod.Post, "/api/keys", admin, new { name, role = "viewer" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("key").GetString()!;
        await silo.WaitUntilKnownAsync(key);

        using var revoked = await silo.SendAsync(HttpMethod.Delete, $"/api/keys/{name}", admin);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await Task.Delay(Promise, Stop);
        using var answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks", key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var list = await (await silo.SendAsync(HttpMethod.Get, "/api/keys", admin)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        var item = list.GetProperty("keys").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        Assert.Equal(JsonValueKind.String, item.GetProperty("revoked_at").ValueKind);
        Assert.DoesNotContain(key, list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(KeyText.HashOf(key), list.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyThatRanOutOpensNothing()
    {
        var key = await silo.CreateKeyAsync(Role.Viewer, expires: DateTimeOffset.UtcNow.AddSeconds(-1), wait: false);
        using var answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks", key);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task AKeyWithLabelsReachesTasksThatHaveThem()
    {
        await VideoTask.CreateAsync(silo.Application, "labels-theirs", labels: Team("red"));
        await VideoTask.CreateAsync(silo.Application, "labels-others", labels: Team("blue"));
        var key = await silo.CreateKeyAsync(Role.Viewer, labels: ("team", "red"));

        foreach (var (path, status) in new[]
        {
            ("/api/tasks/labels-theirs", HttpStatusCode.OK), ("/api/tasks/labels-others", HttpStatusCode.NotFound),
            ("/api/tasks/labels-others/why", HttpStatusCode.NotFound), ("/api/tasks/labels-others/events", HttpStatusCode.NotFound),
            ("/api/workers", HttpStatusCode.Forbidden), ("/api/queues", HttpStatusCode.Forbidden), ("/metrics", HttpStatusCode.Forbidden),
        })
        {
            using var answer = await silo.SendAsync(HttpMethod.Get, path, key);
            Assert.True(answer.StatusCode == status, $"{path} answers {answer.StatusCode}.");
        }

        var list = await (await silo.SendAsync(HttpMethod.Get, "/api/tasks", key)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(["labels-theirs"], list.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()));
        using var other = await silo.SendAsync(HttpMethod.Get, "/api/tasks?label=team:blue", key);
        Assert.Equal(0, (await other.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("tasks").GetArrayLength());
    }

    [Fact]
    public async Task ASiloThatOthersReachDoesNotStartWithoutAKey()
    {
        await using var own = new SiloApplication();
        var refusal = await Assert.ThrowsAsync<DoorException>(async () => await own.StartAsync(
            http: true, change: options => options with { HttpEndpoint = new IPEndPoint(IPAddress.Any, FreePort.Take()) }));

        Assert.Contains("videogen key create", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vg_admin_short")]
    [InlineData("secret")]
    public async Task AFirstKeyThatIsNoneIsRefused(string text)
    {
        await using var own = new SiloApplication();
        var refusal = await Assert.ThrowsAsync<DoorException>(
            async () => await own.StartAsync(http: true, change: options => options with { FirstKey = text }));

        Assert.DoesNotContain(text, refusal.Message, StringComparison.Ordinal);
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Team(string name) => TaskState.NoLabels.SetItem("team", name);
}

/// <summary>A silo that listens where others reach it, with an admin's key that it was started with.</summary>
public sealed class LockedSilo : IAsyncLifetime
{
    private readonly (string Key, string Value)[] _settings;

    public LockedSilo()
        : this([])
    {
    }

    internal LockedSilo(params (string Key, string Value)[] settings) => _settings = settings;

    /// <summary>Hears what the silo logs; null for nobody.</summary>
    internal Microsoft.Extensions.Logging.ILoggerProvider? Logs { get; init; }

    /// <summary>Says how else it is run.</summary>
    internal Func<SiloHostOptions, SiloHostOptions> Change { get; init; } = options => options;

    /// <summary>The key of an admin.</summary>
    public string First { get; } = KeyText.Create(Role.Admin);

    public SiloApplication Application { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Take();
        await Application.StartAsync(
            http: true,
            change: options => Change(options) with { HttpEndpoint = new IPEndPoint(IPAddress.Any, port), FirstKey = First },
            logs: Logs,
            settings: _settings);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await Application.DisposeAsync();
    }

    public async Task<string> CreateKeyAsync(
        Role role, (string Key, string Value)? labels = null, DateTimeOffset? expires = null, bool wait = true, string? name = null)
    {
        var text = KeyText.Create(role);
        var key = new AccessKey(name ?? $"{role.ToWireName()}-{Guid.NewGuid():N}", role, KeyText.HashOf(text), DateTimeOffset.UtcNow)
        {
            Labels = labels is { } label ? TaskState.NoLabels.SetItem(label.Key, label.Value) : null,
            ExpiresAt = expires,
        };
        await Application.Grains.GetGrain<IAccessKeysGrain>(0).AddAsync(key);
        if (wait)
        {
            await WaitUntilKnownAsync(text);
        }

        return text;
    }

    /// <summary>A silo reads the keys each second.</summary>
    public async Task WaitUntilKnownAsync(string key)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var answer = await SendAsync(HttpMethod.Get, "/healthz/known", key);
            if (answer.StatusCode != HttpStatusCode.Unauthorized)
            {
                return;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, object? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}

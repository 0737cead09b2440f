using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Storage.Records;

namespace VideoGen.Silo.Tests;

/// <summary>What HTTP says while storage does not answer: come back later. The words are the store's.</summary>
public sealed class StorageAwayTests(SiloWithoutStorage app) : IClassFixture<SiloWithoutStorage>
{
    private const string Away = "The database tasks.db is locked by another process.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/tasks?status=running&page_size=1")]
    [InlineData("/api/tasks/demo")]
    [InlineData("/api/tasks/demo/events")]
    [InlineData("/api/tasks/events?status=running")]
    [InlineData("/api/tasks/demo/artifacts/stage/name")]
    [InlineData("/api/queues")]
    [InlineData("/api/queues/default")]
    public async Task EveryReadOfTheApiIsAskedToComeBackLater(string path)
    {
        app.Store.Failure = () => new StoreException(StoreFault.Locked, Away);

        using var answer = await app.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains(Away, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?show=failed")]
    [InlineData("/tasks/demo")]
    public async Task EveryPageSaysThatStorageDoesNotAnswer(string path)
    {
        app.Store.Failure = () => new StoreException(StoreFault.Failed, Away);

        using var answer = await app.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("does not answer", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/tasks/damaged")]
    [InlineData("/api/tasks")]
    [InlineData("/api/tasks/events?id=x")]
    public async Task WhatIsDamagedIsNotToBeAskedForAgain(string path)
    {
        app.Store.Failure = () => new StoreException(StoreFault.DamagedRecord, "The stored task damaged cannot be read.");

        using var answer = await app.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Null(answer.Headers.RetryAfter);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains("cannot be read", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/tasks", "application/problem+json")]
    [InlineData("/api/tasks/events?id=x", "application/problem+json")]
    [InlineData("/", "text/html")]
    public async Task AStoreWithoutAListSaysSo(string path, string mediaType)
    {
        await using var own = new SiloWithoutStorage { Store = { HasList = false } };
        await own.InitializeAsync();

        using var answer = await own.Http.GetAsync(path, Stop);

        Assert.Equal((HttpStatusCode.NotImplemented, mediaType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("keeps no list of tasks", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var ready = await own.Http.GetAsync("/healthz/ready", Stop);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task LimitsThatCannotBeReadAreAskedForLater()
    {
        await using var own = new SiloWithoutStorage();
        await own.InitializeAsync();
        own.Store.Failure = () => new StoreException(StoreFault.Failed, Away);

        using var answer = await own.Http.GetAsync("/api/limits", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        Assert.Contains(Away, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/queues")]
    [InlineData("/api/queues/default")]
    public async Task AStoreThatCountsNothingThatWaitsSaysSo(string path)
    {
        await using var own = new SiloWithoutStorage { Store = { HasList = false } };
        await own.InitializeAsync();

        using var answer = await own.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Contains("keeps no list", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloIsReadyWhenItsStoreAnswersForOneTask()
    {
        app.Store.Failure = () => new StoreException(StoreFault.Failed, Away);
        using var away = await app.Http.GetAsync("/healthz/ready", Stop);
        app.Store.Failure = null;
        using var back = await app.Http.GetAsync("/healthz/ready", Stop);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (away.StatusCode, back.StatusCode));
        Assert.Contains(Away, await away.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenStorageIsBackSoAreTheAnswers()
    {
        app.Store.Failure = () => new StoreException(StoreFault.Failed, Away);
        using (await app.Http.GetAsync("/api/tasks/demo", Stop))
        {
        }

        app.Store.Failure = null;
        using var list = await app.Http.GetAsync("/api/tasks", Stop);
        using var task = await app.Http.GetAsync("/api/tasks/demo", Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (list.StatusCode, task.StatusCode));
    }
}

/// <summary>A silo of its own, whose store a test can take away.</summary>
public sealed class SiloWithoutStorage : IAsyncLifetime
{
    private readonly SiloApplication _silo = new();

    internal FaultyStore Store { get; } = new();

    public HttpClient Http => _silo.Http;

    public ValueTask InitializeAsync() => _silo.StartAsync(http: true, Store.Register);

    public ValueTask DisposeAsync() => _silo.DisposeAsync();
}

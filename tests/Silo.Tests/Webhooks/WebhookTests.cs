using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Grains.Notices;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;

namespace VideoGen.Silo.Tests.Webhooks;

/// <summary>Webhooks from end to end: made over HTTP, told by a silo over SQLite, taken by a server on loopback.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-silo-tests-");
    private Subscriber _subscriber = null!;
    private WebApplication _silo = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _subscriber = await Subscriber.StartAsync();
        await StartAsync(allowPrivate: true);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _subscriber.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ASubscriberIsToldOfATask_SignedAndOnce_AlsoWhenItsSiloEndsInBetween()
    {
        var secret = await CreateAsync("publisher", "/hook");
        await SendAsync("told", new CreateTask(TaskId.Parse("told"), JsonText.EmptyObject, null));
        await SendAsync("told", new AddStage("work"));
        await SendAsync("told", new ReportProgress("work", null, 0.5, "half") { Durable = true });
        var first = await _subscriber.WaitForAsync("/hook", 1);
        Assert.Equal("task.created", first[0].Type);
        Assert.Equal("told", first[0].Json.GetProperty("data").GetProperty("task_id").GetString());

        // The silo goes while the subscriber has what it was told, and nobody knows of it.
        _subscriber.Answers["/hook"] = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await SendAsync("told", new StartStage("work", null, TimeSpan.FromMinutes(1)));
        await SendAsync("told", new CompleteStage("work", null));
        var cut = (await _subscriber.WaitForAsync("/hook", first.Count + 1))[^1];
        await StopAsync();
        _subscriber.Answers.Clear();
        var before = _subscriber.At("/hook").Count;
        await StartAsync(allowPrivate: true);

        var received = await _subscriber.WaitForAsync("/hook", before + 2);
        Assert.All(received, notice => Assert.True(notice.IsSignedBy(secret)));
        Assert.Equal((cut.Id, cut.Body), (received[before].Id, received[before].Body));
        Assert.Equal(["stage.completed"], received.Skip(before + 1).Select(notice => notice.Type).Distinct());
        Assert.Equal(3, received.Select(notice => notice.Id).Distinct().Count());
    }

    [Fact]
    public async Task OverHttp_AWebhookIsMadeListedTestedReplayedEnabledAndDeleted()
    {
        var secret = await CreateAsync("life", "/life");
        using (var again = await _http.PostAsJsonAsync("/api/webhooks", new { name = "life", url = _subscriber.UrlOf("/life") }, Stop))
        {
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        }

        var test = await PostAsync("/api/webhooks/life/test");
        Assert.True(test.GetProperty("delivered").GetBoolean());
        Assert.True(Assert.Single(_subscriber.At("/life")).IsSignedBy(secret));
        Assert.Equal("webhook.test", _subscriber.At("/life")[0].Type);

        _subscriber.Answers["/life"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return Task.CompletedTask;
        };
        await SendAsync("gone", new CreateTask(TaskId.Parse("gone"), JsonText.EmptyObject, null));
        await _subscriber.WaitForAsync("/life", 2);
        var listed = await WaitUntilListedAsync(webhook => webhook.GetProperty("disabled_at").ValueKind == JsonValueKind.String);
        Assert.Equal("It answered 410: it is gone.", listed.GetProperty("last_failure").GetString());
        Assert.DoesNotContain("whsec_", listed.GetRawText(), StringComparison.Ordinal);
        using (var disabled = await _http.PostAsJsonAsync("/api/webhooks/life/replay", new { }, Stop))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, disabled.StatusCode);
        }

        _subscriber.Answers.Clear();
        using (var enabled = await _http.PostAsync("/api/webhooks/life/enable", null, Stop))
        {
            Assert.Equal(HttpStatusCode.NoContent, enabled.StatusCode);
        }

        await Book.RefreshAsync();
        Assert.Equal(1, (await PostAsync("/api/webhooks/life/replay", new { })).GetProperty("notices").GetInt32());
        var received = await _subscriber.WaitForAsync("/life", 3);
        Assert.Equal(received[1].Id, received[2].Id);

        using var deleted = await _http.DeleteAsync("/api/webhooks/life", Stop);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var missing = await _http.PostAsync("/api/webhooks/life/test", null, Stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task ASiloThatWasNotToldSo_TakesNoPrivateAddress()
    {
        await StopAsync();
        await StartAsync(allowPrivate: false);
        foreach (var url in new[] { _subscriber.UrlOf("/x"), "https://127.0.0.1/", "https://[fd00::1]/", "ftp://example.org/", "https://a:b@example.org/", "" })
        {
            using var answer = await _http.PostAsJsonAsync("/api/webhooks", new { name = "private", url }, Stop);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        var odd = new { name = "e", url = "https://example.org/", events = new[] { "task.done" } };
        using var unknown = await _http.PostAsJsonAsync("/api/webhooks", odd, Stop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
    }

    private NoticeBook Book => _silo.Services.GetRequiredService<NoticeBook>();

    private async Task<string> CreateAsync(string name, string path)
    {
        var made = await PostAsync("/api/webhooks", new { name, url = _subscriber.UrlOf(path) });
        await Book.RefreshAsync();
        return made.GetProperty("secret").GetString()!;
    }

    private async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var answer = await _http.PostAsync(path, body is null ? null : JsonContent.Create(body), Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private async Task<JsonElement> WaitUntilListedAsync(Func<JsonElement, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var listed = (await _http.GetFromJsonAsync<JsonElement>("/api/webhooks", Stop)).GetProperty("webhooks")[0];
            if (holds(listed))
            {
                return listed;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private async Task SendAsync(string task, TaskCommand command)
    {
        var reply = await _silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ITaskStateGrain>(task)
            .ExecuteAsync(OperationId.Create(TimeProvider.System), command);
        Assert.False(reply.IsRefused, reply.Message);
    }

    private async Task StartAsync(bool allowPrivate)
    {
        _silo = SiloHost.Create(new SiloHostOptions { WebhooksAllowPrivate = allowPrivate }, configure: builder =>
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
                ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
            }));
        await _silo.StartAsync();
        _http = new HttpClient { BaseAddress = _silo.GetHttpAddress() };
    }

    private async Task StopAsync()
    {
        _http.Dispose();
        await _silo.StopAsync(CancellationToken.None);
        await _silo.DisposeAsync();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class TaskStateTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheAnswerIsTheVeryBytesThatWereWritten()
    {
        var task = await VideoTask.CreateAsync(app, "state-bytes");
        var snapshot = await app.Grains.GetGrain<ITaskStateGrain>(task.Id.Value).ReadAsync();

        using var answer = await app.Http.GetAsync("/api/tasks/state-bytes", Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(snapshot!.Json, await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal($"\"{snapshot.ETag}\"", answer.Headers.ETag?.Tag);
        Assert.Equal($"{snapshot.Writes}", Assert.Single(answer.Headers.GetValues("VideoGen-Writes")));
    }

    [Fact]
    public async Task AKnownStateIsNotSentAgainAndANewOneIs()
    {
        var task = await VideoTask.CreateAsync(app, "state-known");
        using var first = await app.Http.GetAsync("/api/tasks/state-known", Stop);

        using var same = await AskAsync("state-known", first.Headers.ETag!);
        await task.StartAsync("content_parsing");
        using var newer = await AskAsync("state-known", first.Headers.ETag!);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, newer.StatusCode);
        Assert.NotEqual(first.Headers.ETag, newer.Headers.ETag);
    }

    [Theory]
    [InlineData("..secret")]
    [InlineData(".hidden")]
    [InlineData("a%2Fb")]
    [InlineData("a%00b")]
    [InlineData("caf%C3%A9")]
    [InlineData("a%0Ab")]
    public async Task AnIdThatIsNoneIsRefused(string id)
    {
        foreach (var path in new[] { $"/api/tasks/{id}", $"/api/tasks/{id}/events", $"/api/tasks/{id}/artifacts/stage/name" })
        {
            using var answer = await app.Http.GetAsync(path, Stop);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/api/tasks/nobody")]
    [InlineData("/api/tasks/nobody/events")]
    [InlineData("/api/tasks/nobody/artifacts/stage/name")]
    public async Task AnUnknownTaskIsNotFound(string path)
    {
        using var answer = await app.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("There is no task nobody.", problem.GetProperty("detail").GetString());
    }

    private async Task<HttpResponseMessage> AskAsync(string task, EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{task}");
        request.Headers.IfNoneMatch.Add(known);
        return await app.Http.SendAsync(request, Stop);
    }
}

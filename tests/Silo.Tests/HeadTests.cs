using System.Net;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class HeadTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/tasks?page_size=0")]
    [InlineData("/api/tasks/head")]
    [InlineData("/api/tasks/head/events")]
    [InlineData("/api/tasks/head/artifacts/content_parsing/scenes.json")]
    [InlineData("/api/tasks/nobody")]
    [InlineData("/api/nothing")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/healthz")]
    [InlineData("/healthz/ready")]
    [InlineData("/metrics")]
    [InlineData("/")]
    [InlineData("/tasks/head")]
    [InlineData("/tasks/nobody")]
    [InlineData("/nothing")]
    public async Task HeadAnswersAsGetDoesAndWithoutABody(string path)
    {
        var task = await VideoTask.CreateAsync(app, "head");
        if ((await app.Grains.GetGrain<ITaskStateGrain>("head").ReadAsync())!.Version == 1)
        {
            await task.DoAsync("content_parsing", task.Store("content_parsing", "scenes.json", "{}"u8.ToArray(), "application/json"));
        }

        using var get = await app.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await app.Http.SendAsync(request, Stop);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.NotEqual(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task OnlyReadsAreAnsweredAtAll()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            using var request = new HttpRequestMessage(method, "/api/tasks");
            using var answer = await app.Http.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }
}

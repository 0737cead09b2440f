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
    [InlineData("/api/tasks/events?id=head")]
    [InlineData("/api/tasks/events?sort=created")]
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
    public async Task WhatAnAddressDoesNotTakeIsRefusedWithWhatItTakes()
    {
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Trace, HttpMethod.Parse("MOVE") })
        {
            using var request = new HttpRequestMessage(method, "/api/tasks");
            using var answer = await app.Http.SendAsync(request, Stop);

            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], answer.Content.Headers.Allow.Order());
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Theory]
    [InlineData("/api/tasks", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/api/tasks/nobody", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("/api/tasks/nobody/cancel", "OPTIONS, POST")]
    [InlineData("/api/limits/gpu", "DELETE, GET, HEAD, OPTIONS, PUT")]
    public async Task OptionsTellWhatAnAddressTakes(string path, string methods)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        using var answer = await app.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(methods, string.Join(", ", answer.Content.Headers.Allow.Order()));
    }
}

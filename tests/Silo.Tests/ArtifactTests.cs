using System.Net;
using System.Net.Http.Headers;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class ArtifactTests(SiloApplication app)
{
    private const string Stage = "content_parsing";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 256).Select(number => (byte)number)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AListedFileIsServedWithItsHashAsETag()
    {
        var (task, artifact) = await StoreAsync("artifact-plain", "clip.mp4", "video/mp4");

        using var answer = await GetAsync(task, "clip.mp4");

        Assert.Equal(Content, await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("video/mp4", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"\"{artifact.Sha256}\"", answer.Headers.ETag?.Tag);
        Assert.Null(answer.Content.Headers.ContentDisposition);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARangeIsServedAlone()
    {
        var (task, _) = await StoreAsync("artifact-range", "clip.mp4", "video/mp4");

        using var part = await GetAsync(task, "clip.mp4", request => request.Headers.Range = new RangeHeaderValue(16, 31));
        using var beyond = await GetAsync(task, "clip.mp4", request => request.Headers.Range = new RangeHeaderValue(9_999, null));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Content[16..32], await part.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task AKnownFileIsNotSentAgain()
    {
        var (task, artifact) = await StoreAsync("artifact-known", "clip.mp4", "video/mp4");

        using var answer = await GetAsync(task, "clip.mp4", request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{artifact.Sha256}\"")));

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Theory]
    [InlineData("page.html", "text/html")]
    [InlineData("picture.svg", "image/svg+xml")]
    [InlineData("script.js", "text/javascript")]
    [InlineData("clip", "video/mp4")]
    public async Task WhatABrowserMightRunIsADownload(string name, string mediaType)
    {
        var (task, _) = await StoreAsync($"artifact-{name}", name, mediaType);

        using var answer = await GetAsync(task, name);

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("artifact-away/../../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\outside.txt")]
    public async Task AnAddressThatLeavesTheStoreIsNotTakenIn(string address)
    {
        await File.WriteAllBytesAsync(Path.Combine(app.ArtifactRoot, "..", "outside.txt"), Content, Stop);
        var task = await VideoTask.CreateAsync(app, $"artifact-away-{Guid.CreateVersion7():N}");
        var stolen = new Artifact("stolen.json", address, Content.Length, new string('0', 64), "application/json");
        var complete = new CompleteStage(Stage, await task.StartAsync(Stage)) { Artifacts = [stolen] };

        var reply = await app.Grains.GetGrain<ITaskStateGrain>(task.Id.Value).ExecuteAsync(OperationId.Create(TimeProvider.System), complete);

        Assert.Equal(RefusalReason.InvalidInput, reply.Reason);
        Assert.Contains("'stolen.json' is not in the artifact store", reply.Message, StringComparison.Ordinal);
        using var answer = await GetAsync(task, "stolen.json");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("artifact-away//clip.mp4")]
    [InlineData("link.txt")]
    [InlineData("folder-link/outside.txt")]
    [InlineData(".hidden")]
    public async Task AnAddressThatLeavesTheStoreIsNotFound(string address)
    {
        var outside = Directory.CreateTempSubdirectory();
        try
        {
            var secret = Path.Combine(outside.FullName, "outside.txt");
            await File.WriteAllBytesAsync(secret, Content, Stop);
            await File.WriteAllBytesAsync(Path.Combine(app.ArtifactRoot, "..", "outside.txt"), Content, Stop);
            await File.WriteAllBytesAsync(Path.Combine(app.ArtifactRoot, ".hidden"), Content, Stop);
            Link("link.txt", path => File.CreateSymbolicLink(path, secret));
            Link("folder-link", path => Directory.CreateSymbolicLink(path, outside.FullName));
            var task = await VideoTask.CreateAsync(app, $"artifact-away-{Guid.CreateVersion7():N}");
            await task.DoAsync(Stage, new Artifact("stolen.json", address, Content.Length, new string('0', 64), "application/json"));

            using var answer = await GetAsync(task, "stolen.json");

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("other.mp4")]
    [InlineData("..%2Fclip.mp4")]
    [InlineData("%2Fetc%2Fpasswd")]
    public async Task AFileThatTheTaskDoesNotListIsNotFound(string name)
    {
        var (task, _) = await StoreAsync($"artifact-unlisted-{Guid.CreateVersion7():N}", "clip.mp4", "video/mp4");
        task.Store(Stage, "other.mp4", Content, "video/mp4");

        using var answer = await GetAsync(task, name);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task AFileThatWasChangedIsNotServed()
    {
        var (task, artifact) = await StoreAsync("artifact-changed", "clip.mp4", "video/mp4");
        await File.AppendAllTextAsync(Path.Combine(app.ArtifactRoot, artifact.Uri), "more", Stop);

        using var answer = await GetAsync(task, "clip.mp4");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("was changed", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    /// <summary>
    /// A cache takes the hash for the bytes, so other bytes of the same length must not be served under it: not the whole, not a part, not a second time.
    /// </summary>
    [Fact]
    public async Task OtherBytesOfTheSameLengthAreNotServed()
    {
        var (task, artifact) = await StoreAsync("artifact-tampered", "clip.mp4", "video/mp4");
        var path = Path.Combine(app.ArtifactRoot, artifact.Uri);
        using (var before = await GetAsync(task, "clip.mp4"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        var written = File.GetLastWriteTimeUtc(path);
        await File.WriteAllBytesAsync(path, [.. Content.Reverse()], Stop);
        File.SetLastWriteTimeUtc(path, written);

        using var whole = await GetAsync(task, "clip.mp4");
        using var part = await GetAsync(task, "clip.mp4", request => request.Headers.Range = new RangeHeaderValue(16, 31));
        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (whole.StatusCode, part.StatusCode));

        await File.WriteAllBytesAsync(path, Content, Stop);
        using var mended = await GetAsync(task, "clip.mp4");
        Assert.Equal(Content, await mended.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task APipeInThePlaceOfAFileIsNotFound()
    {
        var (task, artifact) = await StoreAsync("artifact-pipe", "clip.mp4", "video/mp4");
        var path = Path.Combine(app.ArtifactRoot, artifact.Uri);
        File.Delete(path);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            await mkfifo.WaitForExitAsync(Stop);
        }

        using var answer = await GetAsync(task, "clip.mp4").WaitAsync(TimeSpan.FromSeconds(60), Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<(VideoTask Task, Artifact Artifact)> StoreAsync(string id, string name, string mediaType)
    {
        var task = await VideoTask.CreateAsync(app, id);
        var artifact = task.Store(Stage, name, Content, mediaType);
        await task.DoAsync(Stage, artifact);
        return (task, artifact);
    }

    private async Task<HttpResponseMessage> GetAsync(VideoTask task, string name, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{task.Id}/artifacts/{Stage}/{name}");
        prepare?.Invoke(request);
        return await app.Http.SendAsync(request, Stop);
    }

    private void Link(string name, Action<string> make)
    {
        var path = Path.Combine(app.ArtifactRoot, name);
        File.Delete(path);
        make(path);
    }
}

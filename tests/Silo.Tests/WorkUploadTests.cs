using System.Net;
using System.Security.Cryptography;
using VideoGen.Tasks.State;
using static VideoGen.Silo.Tests.HttpWorker;

namespace VideoGen.Silo.Tests;

/// <summary>What workers hand in over HTTP: in parts, once more, under names that lead elsewhere.</summary>
[Collection(SharedSilo.Name)]
public sealed class WorkUploadTests(SiloApplication app)
{
    private readonly HttpWorker _worker = new(app);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnUploadThatBrokeOffGoesOnWhereItWas()
    {
        await _worker.CreateAsync("work-parts", "draw");
        var item = await _worker.TakeAsync("work-parts", Guid.NewGuid());
        var bytes = RandomNumberGenerator.GetBytes(1_000);

        using var first = await _worker.UploadAsync(item, "a.bin", bytes[..400], range: "bytes 0-399/1000");
        using var gap = await _worker.UploadAsync(item, "a.bin", bytes[600..], range: "bytes 600-999/1000");
        using var offset = new HttpRequestMessage(HttpMethod.Head, $"{Text(item, "url")}/artifacts/a.bin");
        offset.Headers.Add("VideoGen-Lease", Text(item, "lease"));
        using var told = await app.Http.SendAsync(offset, Stop);
        using var rest = await _worker.UploadAsync(item, "a.bin", bytes[400..], range: "bytes 400-999/1000", digest: Digest(bytes));
        using var wrong = await _worker.UploadAsync(item, "b.bin", bytes, digest: Digest([1]));

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await CreationTests.AssertProblemAsync(gap, HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable", "400");
        Assert.Equal("400", Assert.Single(told.Headers.GetValues("Upload-Offset")));
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        Assert.Equal(1_000, (await JsonOf(rest)).GetProperty("length").GetInt64());
        await CreationTests.AssertProblemAsync(wrong, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "b.bin");

        using var missing = await _worker.SayAsync(
            item, "complete", $$"""{"artifacts": [{"name": "b.bin", "length": 1000, "sha256": "{{new string('0', 64)}}", "media_type": "x/y"}]}""");
        await CreationTests.AssertProblemAsync(missing, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "b.bin");
        Assert.Equal(RunStatus.Running, (await _worker.StateAsync("work-parts")).Stages.Single(stage => stage.Name.Value == "draw").Status);
    }

    [Fact]
    public async Task WhatAnUploadOfTheSameNameTookThePlaceOfCannotBeNamedAnyMore()
    {
        await _worker.CreateAsync("work-replaced", "draw");
        var item = await _worker.TakeAsync("work-replaced", Guid.NewGuid());
        using var good = await _worker.UploadAsync(item, "a.bin", [1, 2, 3], digest: Digest([1, 2, 3]));
        var stored = (await JsonOf(good)).GetRawText();
        using var damaged = await _worker.UploadAsync(item, "a.bin", [1, 2, 4], digest: Digest([1, 2, 3]));
        await CreationTests.AssertProblemAsync(damaged, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "a.bin");

        using var early = await _worker.SayAsync(item, "complete", $$"""{"artifacts": [{{stored}}]}""");
        await CreationTests.AssertProblemAsync(early, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "a.bin");
        using var again = await _worker.UploadAsync(item, "a.bin", [1, 2, 3], digest: Digest([1, 2, 3]));
        using var done = await _worker.SayAsync(item, "complete", $$"""{"artifacts": [{{stored}}]}""");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (again.StatusCode, done.StatusCode));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a%5Cb")]
    public async Task AnArtifactThatWouldLeaveItsFolderIsRefused(string name)
    {
        var queue = $"work-name-{name.Length}";
        await _worker.CreateAsync(queue, "draw");
        var item = await _worker.TakeAsync(queue, Guid.NewGuid());
        using var upload = await _worker.UploadAsync(item, name, [1]);

        Assert.Contains(upload.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }
}

using System.Security.Cryptography;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Objects;

public sealed class S3ConformanceTests(S3Server server) : ObjectConformance
{
    private protected override async Task<IObjectBucket> BucketAsync() => new S3Bucket(S3Server.Bucket, await server.SettingsAsync());

    /// <summary>Connections break off in the middle of a piece; no more than those pieces is sent again, and what was stored is whole.</summary>
    [Fact]
    public async Task AProxyThatCutsUploadsInTheMiddleCostsThePiecesThatItCut()
    {
        var settings = await server.SettingsAsync();
        await using var proxy = new CuttingProxy(settings.Endpoint!.Port, after: 3_000_000, cuts: 2);
        using var bucket = new S3Bucket(S3Server.Bucket, settings with { Endpoint = new Uri($"http://127.0.0.1:{proxy.Port}") });
        var bytes = RandomNumberGenerator.GetBytes(LargeLength);

        var artifact = await Open(bucket).PutAsync("task/a/1", "clip.mp4", Write(bytes), "video/mp4");

        Assert.True(proxy.CutsLeft <= 0, "Nothing was cut.");
        Assert.InRange(proxy.Sent, bytes.Length, bytes.Length + (2 * FileContent.PieceLength) + 100_000);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(await (await StoreAsync()).GetLocalPathAsync(artifact)));
    }

    [Fact]
    public async Task AnArtifactIsWrittenOnceAndAnUploadThatIsRefusedIsAborted()
    {
        var store = await StoreAsync();
        var first = await store.PutAsync("task/a/1", "x.bin", Write(new byte[LargeLength]), "text/plain");
        var other = new byte[LargeLength];
        other[^1] = 1;
        var source = Write(other);

        var problem = await Assert.ThrowsAsync<IOException>(() => store.PutAsync("task/a/1", "x.bin", source, "text/plain"));

        Assert.StartsWith("There is another file under task/a/1/x.bin in s3://videogen-tests/run/", problem.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(source));
        await (await StoreAsync()).GetLocalPathAsync(first);
        await Assert.ThrowsAsync<IOException>(async () =>
            await (await BucketAsync()).TryUploadAsync(
                $"{Prefix}/task/y", Write(other), new FileContent(LargeLength, new string('0', 64), "text/plain"), CancellationToken.None));
        Assert.Equal(0, server.OpenUploads);
    }

    [Fact]
    public async Task AProxyThatCutsDownloadsInTheMiddleIsReadOnThrough()
    {
        var bytes = RandomNumberGenerator.GetBytes(LargeLength);
        var artifact = await (await StoreAsync()).PutAsync("task/a/1", "clip.mp4", Write(bytes), "video/mp4");
        var settings = await server.SettingsAsync();
        await using var proxy = new CuttingProxy(settings.Endpoint!.Port, after: 2_000_000, cuts: 6);
        using var bucket = new S3Bucket(S3Server.Bucket, settings with { Endpoint = new Uri($"http://127.0.0.1:{proxy.Port}") });

        Assert.Equal(bytes, await File.ReadAllBytesAsync(await Open(bucket).GetLocalPathAsync(artifact)));
        Assert.True(proxy.CutsLeft <= 0, "Nothing was cut.");
    }

    [Fact]
    public async Task AProxyThatCutsEveryUploadIsNamedAndTheFileStays()
    {
        var settings = await server.SettingsAsync();
        await using var proxy = new CuttingProxy(settings.Endpoint!.Port, after: 1_000, cuts: int.MaxValue);
        using var bucket = new S3Bucket(S3Server.Bucket, settings with { Endpoint = new Uri($"http://127.0.0.1:{proxy.Port}"), Retries = 1 });
        var source = Write(new byte[LargeLength]);

        var problem = await Assert.ThrowsAsync<IOException>(() => Open(bucket).PutAsync("task/a/1", "clip.mp4", source, "video/mp4"));

        Assert.StartsWith($"s3://{S3Server.Bucket} at http://127.0.0.1:{proxy.Port}", problem.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(source));
        Assert.False(await IsThereAsync("task/a/1/clip.mp4"));
    }

    [Fact]
    public async Task ABucketThatIsNotThereIsNamed()
    {
        using var bucket = new S3Bucket("not-there", await server.SettingsAsync());
        var source = Write("text"u8);
        foreach (var ask in new Func<Task>[]
        {
            () => Open(bucket).IdentifyAsync(), () => Open(bucket).PutAsync("task/a/1", "x.txt", source, "text/plain"), () => ListAsync(Open(bucket), ""),
        })
        {
            var problem = await Assert.ThrowsAsync<IOException>(ask);
            Assert.StartsWith("There is no bucket not-there at http://127.0.0.1:", problem.Message, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(source));
    }

    [Fact]
    public async Task AWrongSecretIsSaidAndIsNotRepeatedInTheMessage()
    {
        var settings = await server.SettingsAsync() with { Key = new S3Key(S3Signature.KeyId, "wrong-secret") };
        using var bucket = new S3Bucket(S3Server.Bucket, settings);

        var problem = await Assert.ThrowsAsync<IOException>(() => Open(bucket).PutAsync("task/a/1", "x.txt", Write("text"u8), "text/plain"));

        Assert.Contains("refuses the key (SignatureDoesNotMatch)", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", $"{settings}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatIsAwayIsNamed()
    {
        using var bucket = new S3Bucket(
            S3Server.Bucket, new S3Settings { Endpoint = new Uri("http://127.0.0.1:1"), Key = new S3Key("a", "b"), Retries = 0 });
        var problem = await Assert.ThrowsAsync<IOException>(() => Open(bucket).IdentifyAsync());
        Assert.StartsWith($"s3://{S3Server.Bucket} at http://127.0.0.1:1/ does not answer: ", problem.Message, StringComparison.Ordinal);
    }
}

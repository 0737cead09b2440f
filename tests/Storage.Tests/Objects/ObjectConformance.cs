using VideoGen.Files;
using VideoGen.Files.Tests.Conformance;
using VideoGen.Storage.Objects;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>What every object store does besides what every artifact store does.</summary>
public abstract class ObjectConformance : ArtifactStoreConformance
{
    private readonly DirectoryInfo _local = Directory.CreateTempSubdirectory("videogen-copies-");

    /// <summary>Of several pieces.</summary>
    protected override int LargeLength => (2 * FileContent.PieceLength) + 1_000_001;

    /// <summary>No other test's.</summary>
    private protected string Prefix { get; } = $"run/{Guid.NewGuid():N}";

    private protected abstract Task<IObjectBucket> BucketAsync();

    protected override async Task<IArtifactStore> StoreAsync() => Open(await BucketAsync());

    protected override Task<IArtifactStore> ReopenAsync() => StoreAsync();

    protected override async Task SpoilAsync(Artifact artifact, byte[] bytes) =>
        await (await BucketAsync()).WriteAsync($"{Prefix}/{artifact.Uri}", bytes, isNew: false, CancellationToken.None);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _local.Delete(recursive: true);
    }

    /// <summary>The store says that the bytes are the right ones, and gives others.</summary>
    [Fact]
    public async Task BytesThatRottedInTheStoreAreNoticedWhenTheyAreRead()
    {
        var bucket = await BucketAsync();
        var artifact = await Open(bucket).PutAsync("task/a/1", "x.txt", Write("text"u8), "text/plain");
        var rotten = new RottenBucket(bucket);

        Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(() => ReadAsync(Open(rotten), artifact))).Code);
        Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(() => Open(rotten).GetLocalPathAsync(artifact))).Code);
        Assert.DoesNotContain(Directory.GetFiles(_local.FullName, "*", SearchOption.AllDirectories), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnArtifactThatThisMachineHadIsNotFetchedAgainUnlessItsCopyWasChanged()
    {
        var bucket = new CountingBucket(await BucketAsync());
        var store = Open(bucket);
        var artifact = await store.PutAsync("task/a/1", "x.txt", Write("text"u8), "text/plain");

        var path = await store.GetLocalPathAsync(artifact);
        Assert.Equal(0, bucket.Reads);
        await File.WriteAllTextAsync(path, "texT");
        Assert.Equal("text", await File.ReadAllTextAsync(await store.GetLocalPathAsync(artifact)));
        Assert.Equal(1, bucket.Reads);
    }

    [Fact]
    public async Task AFileThatIsWrittenWhileItIsStoredIsNotStored()
    {
        var bucket = await BucketAsync();
        var content = new FileContent(LargeLength, new string('0', 64), "text/plain");
        await Assert.ThrowsAsync<IOException>(
            () => bucket.TryUploadAsync($"{Prefix}/task/x", Write(new byte[LargeLength]), content, CancellationToken.None));
        Assert.Null(await bucket.FindAsync($"{Prefix}/task/x", CancellationToken.None));
    }

    private protected IArtifactStore Open(IObjectBucket bucket, string? folder = null) =>
        ObjectStores.Open(bucket, Prefix, Path.Combine(_local.FullName, folder ?? Path.GetRandomFileName()));

    private protected async Task<bool> IsThereAsync(string address) =>
        await (await BucketAsync()).FindAsync($"{Prefix}/{address}", CancellationToken.None) is not null;

    private sealed class CountingBucket(IObjectBucket bucket) : PassingBucket(bucket)
    {
        public int Reads { get; private set; }

        public override Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken)
        {
            Reads++;
            return base.ReadAsync(key, offset, cancellationToken);
        }
    }

    private sealed class RottenBucket(IObjectBucket bucket) : PassingBucket(bucket)
    {
        public override async Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken)
        {
            using var copy = new MemoryStream();
            await using var body = await base.ReadAsync(key, offset, cancellationToken);
            await body.CopyToAsync(copy, cancellationToken);
            var bytes = copy.ToArray();
            bytes[^1] ^= 1;
            return new MemoryStream(bytes);
        }
    }
}

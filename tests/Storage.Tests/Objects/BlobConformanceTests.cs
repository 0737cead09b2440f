using System.Security.Cryptography;
using Azure.Storage.Blobs;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Tests.AzureTables;

namespace VideoGen.Storage.Tests.Objects;

public sealed class BlobConformanceTests(Azurite azurite) : ObjectConformance
{
    private const string Container = "videogen-tests";

    private protected override async Task<IObjectBucket> BucketAsync()
    {
        var container = new BlobContainerClient(await azurite.BlobConnectionStringAsync(), Container, ObjectStores.BlobOptions);
        await container.CreateIfNotExistsAsync();
        return new BlobBucket(container);
    }

    /// <summary>Of two that store under one address, one wins, and the other is told unless the bytes are the same.</summary>
    [Fact]
    public async Task AnArtifactIsWrittenOnce()
    {
        var store = await StoreAsync();
        var first = await store.PutAsync("task/a/1", "x.txt", Write("one"u8), "text/plain");
        var source = Write("two"u8);

        var problem = await Assert.ThrowsAsync<IOException>(() => store.PutAsync("task/a/1", "x.txt", source, "text/plain"));

        Assert.StartsWith("There is another file under task/a/1/x.txt in azure:videogen-tests/run/", problem.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(source));
        Assert.Equal("one", await ReadAsync(store, first));
    }

    [Fact]
    public async Task AProxyThatCutsUploadsInTheMiddleCostsThePiecesThatItCut()
    {
        await BucketAsync();
        var direct = await azurite.BlobConnectionStringAsync();
        var port = new BlobContainerClient(direct, Container).Uri.Port;
        await using var proxy = new CuttingProxy(port, after: 3_000_000, cuts: 2);
        var through = direct.Replace($":{port}/", $":{proxy.Port}/", StringComparison.Ordinal);
        var bytes = RandomNumberGenerator.GetBytes(LargeLength);

        var artifact = await Open(new BlobBucket(new BlobContainerClient(through, Container, ObjectStores.BlobOptions)))
            .PutAsync("task/a/1", "clip.mp4", Write(bytes), "video/mp4");

        Assert.True(proxy.CutsLeft <= 0, "Nothing was cut.");
        Assert.InRange(proxy.Sent, bytes.Length, bytes.Length + (2 * FileContent.PieceLength) + 100_000);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(await (await StoreAsync()).GetLocalPathAsync(artifact)));
    }

    [Fact]
    public async Task AContainerThatIsNotThereIsNamed()
    {
        var bucket = new BlobBucket(new BlobContainerClient(await azurite.BlobConnectionStringAsync(), "not-there", ObjectStores.BlobOptions));
        var problem = await Assert.ThrowsAsync<IOException>(() => Open(bucket).IdentifyAsync());
        Assert.Equal("There is no container not-there in devstoreaccount1. Make it, or choose another with --artifacts.", problem.Message);
    }

    [Fact]
    public async Task AWrongKeyIsSaidAndIsNotRepeatedInTheMessage()
    {
        await BucketAsync();
        var wrong = Convert.ToBase64String(new byte[64]);
        var connection = string.Join(';', (await azurite.BlobConnectionStringAsync()).Split(';')
            .Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={wrong}" : part));
        var bucket = new BlobBucket(new BlobContainerClient(connection, Container, ObjectStores.BlobOptions));

        var problem = await Assert.ThrowsAsync<IOException>(() => Open(bucket).IdentifyAsync());

        Assert.StartsWith("devstoreaccount1 refuses the key for azure:videogen-tests (", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, problem.ToString(), StringComparison.Ordinal);
    }
}

using VideoGen.Files;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.JsonFiles;
using VideoGen.Storage.Tests.Running;
using VideoGen.Storage.Tests.Sqlite;

namespace VideoGen.Storage.Tests.Faults;

/// <summary>Disks that are mounted for reading alone.</summary>
public sealed class ReadOnlyDiskTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("files")]
    public async Task AStoreOnADiskThatCanOnlyBeReadSaysSoAndKeepsWhatItHas(string store)
    {
        using var disk = new SmallDisk();
        var etag = "";
        using (var host = Open(store, disk))
        {
            etag = await host.WriteAsync(Samples.Document("demo", 1));
        }

        disk.AllowWriting(false);
        using var refused = Open(store, disk);
        var error = await Assert.ThrowsAsync<StoreException>(() => refused.WriteAsync(Samples.Document("demo", 2), etag));

        Assert.Equal(StoreFault.Unusable, error.Fault);
        Assert.Contains($"the disk that holds {disk.File("state")} can only be read", error.Message, StringComparison.Ordinal);
        disk.AllowWriting(true);
        using var again = Open(store, disk);
        Assert.Equal(1, (await again.ReadAsync("demo")).State!.Commit.Version);
    }

    /// <summary>A worker looks at its folder of artifacts before it takes anything, and after each failure.</summary>
    [Fact]
    public async Task AFolderOfArtifactsThatCanOnlyBeReadIsNotTakenForOne()
    {
        using var disk = new SmallDisk();
        var store = new FolderArtifactStore(disk.File("artifacts"));
        var identity = await store.IdentifyAsync();

        disk.AllowWriting(false);
        var problem = await Assert.ThrowsAnyAsync<IOException>(() => store.IdentifyAsync());
        Assert.StartsWith($"Nothing can be stored in {store.Root}: Read-only file system", problem.Message, StringComparison.Ordinal);

        disk.AllowWriting(true);
        Assert.Equal(identity, await store.IdentifyAsync());
    }

    [Fact]
    public void AFolderThatIsNotThereYetIsOnTheDiskOfTheOneAboveIt()
    {
        using var disk = new SmallDisk();
        Assert.False(DiskFault.IsReadOnly(disk.File("a/b/c")));

        disk.AllowWriting(false);
        Assert.True(DiskFault.IsReadOnly(disk.File("a/b/c")));
    }

    private static StoreHost Open(string store, SmallDisk disk) =>
        store == "files" ? JsonFileStores.Open(disk.File("state")) : SqliteStores.Open(disk.File("state"));
}

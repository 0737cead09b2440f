using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.JsonFiles;
using VideoGen.Storage.Tests.Running;
using VideoGen.Storage.Tests.Sqlite;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Faults;

public sealed class FullDiskTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("files")]
    public async Task AFullDiskIsOneClearErrorAndTheStoreGoesOnWhenSpaceReturns(string store)
    {
        using var disk = new SmallDisk();
        using var host = store == "files" ? JsonFileStores.Open(disk.File("state")) : SqliteStores.Open(disk.File("tasks.db"));
        var etag = await host.WriteAsync(Samples.Document("demo", 1));
        disk.Fill();

        var large = new string('x', 200_000);
        var error = await Assert.ThrowsAsync<StoreException>(() => host.WriteAsync(Samples.Document("demo", 2, note: large), etag));

        Assert.Equal(StoreFault.Full, error.Fault);
        Assert.Contains("task demo", error.Message, StringComparison.Ordinal);
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        Assert.Equal((etag, 1), ((await host.ReadAsync("demo")).ETag, (await host.ReadAsync("demo")).State!.Commit.Version));
        disk.MakeSpace();
        await host.WriteAsync(Samples.Document("demo", 2, note: large), etag);
        Assert.Equal(2, Assert.Single((await host.Index.QueryAsync(new TaskQuery())).Tasks).Version);
    }
}

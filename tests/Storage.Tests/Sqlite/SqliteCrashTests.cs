using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class SqliteCrashTests
{
    [Fact]
    public async Task EverythingAcknowledgedIsThereAfterKill9()
    {
        using var folder = new TempFolder();
        var database = folder.File("tasks.db");
        var acknowledged = new Dictionary<string, long>();
        for (var round = 1; round <= 4; round++)
        {
            using var child = Child.Start(["sqlite", database, "16", "0"]);
            await child.WaitForAcknowledgementsAsync(300 * round);
            await child.KillAsync();
            foreach (var (task, version) in child.Acknowledged)
            {
                Assert.True(version > acknowledged.GetValueOrDefault(task), $"{task} went back to version {version}.");
                acknowledged[task] = version;
            }

            using var host = SqliteStores.Open(database);
            foreach (var (task, version) in acknowledged)
            {
                var stored = (await host.ReadAsync(task)).State!;
                Assert.InRange(stored.Commit.Version, version, version + 1);
            }

            Assert.Equal(acknowledged.Count, (await host.Index.CountAsync(new TaskQuery())).Total);
            await ScheduleSamples.AssertMatchesAsync(host, acknowledged.Keys);
        }
    }

    [Fact]
    public async Task TwoProcessesOnOneFileLoseNothing()
    {
        using var folder = new TempFolder();
        var database = folder.File("tasks.db");
        const int Versions = 150;

        using var other = Child.Start(["sqlite", database, "8", $"{Versions}"]);
        await other.WaitForAcknowledgementsAsync(1);
        using (var host = SqliteStores.Open(database))
        {
            string? etag = null;
            for (var version = 1; version <= Versions; version++)
            {
                etag = await host.WriteAsync(Samples.Document("mine", version), etag);
            }

            Assert.Equal(0, await other.WaitForExitAsync());
            Assert.Equal(Versions, (await host.ReadAsync("mine")).State!.Commit.Version);
            for (var i = 0; i < 8; i++)
            {
                Assert.Equal(Versions, (await host.ReadAsync($"task-{i}")).State!.Commit.Version);
            }
        }
    }

    [Fact]
    public async Task AWriterInAnotherProcessMakesAnETagStale()
    {
        using var folder = new TempFolder();
        var database = folder.File("tasks.db");
        using var host = SqliteStores.Open(database);
        var etag = await host.WriteAsync(Samples.Document("task-0", 1));
        using var other = Child.Start(["sqlite", database, "1", "5"]);
        Assert.Equal(0, await other.WaitForExitAsync());

        await Assert.ThrowsAnyAsync<Orleans.Storage.InconsistentStateException>(() => host.WriteAsync(Samples.Document("task-0", 2), etag));

        Assert.Equal(5, (await host.ReadAsync("task-0")).State!.Commit.Version);
    }
}

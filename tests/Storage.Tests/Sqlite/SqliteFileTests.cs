using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>How the file of a database comes to be, and what is no beginning of one.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File("tasks.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>It would begin anew, and whoever looks for the tasks would be told that there are none.</summary>
    [Fact]
    public async Task DatabaseThatLostItsContent_IsRefusedByNameAndLeftAlone()
    {
        using (var host = SqliteStores.Open(Database))
        {
            await host.WriteAsync(Samples.Document("demo"));
        }

        await File.WriteAllBytesAsync(Database, []);
        using var again = SqliteStores.Open(Database);
        var error = await Assert.ThrowsAsync<StoreException>(() => again.ReadAsync("demo"));

        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Contains($"{Database} is empty", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Database).Length);
    }

    [Fact]
    public async Task NewDatabase_IsForItsOwnerAloneAndHasNothingBesideIt()
    {
        using (var host = SqliteStores.Open(Database))
        {
            await host.WriteAsync(Samples.Document("demo"));
            Assert.All(Directory.GetFiles(_folder.Path), file => Assert.True(TempFolder.IsForItsOwnerAlone(file), file));
        }

        Assert.Equal([Database], Directory.GetFiles(_folder.Path));
    }

    /// <summary>Each makes a database of its own; one of them is it, and no write goes into another.</summary>
    [Fact]
    public async Task StoresThatStartAtOnce_ShareOneDatabase()
    {
        for (var round = 0; round < 20; round++)
        {
            var place = _folder.File($"{round}.db");
            var hosts = Enumerable.Range(0, 4).Select(_ => SqliteStores.Open(place)).ToArray();
            await Task.WhenAll(hosts.Select((host, i) => Task.Run(() => host.WriteAsync(Samples.Document($"task-{i}")))));
            foreach (var host in hosts)
            {
                Assert.Equal(4, (await host.Index.CountAsync(new TaskQuery())).Total);
            }

            Array.ForEach(hosts, host => host.Dispose());
        }

        Assert.Equal(20, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task WhatAnUnfinishedStartLeftLongAgo_IsRemoved()
    {
        var (old, fresh) = (_folder.File("tasks.db.old.new"), _folder.File("tasks.db.fresh.new"));
        await File.WriteAllTextAsync(old, "half");
        await File.WriteAllTextAsync(fresh, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-1));
        using var host = SqliteStores.Open(Database);
        await host.WriteAsync(Samples.Document("demo"));
        Assert.Equal((false, true), (File.Exists(old), File.Exists(fresh)));
    }
}

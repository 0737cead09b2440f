using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class SqliteBatchTests
{
    [Fact]
    public async Task ConcurrentWritersOfDifferentTasksShareTransactions()
    {
        using var folder = new TempFolder();
        var database = folder.File("tasks.db");
        using var host = SqliteStores.Open(database);
        await host.WriteAsync(Samples.Document("warm"));
        const int Writers = 64;
        const int Rounds = 20;

        // While another connection holds the lock, all of them come to wait: so that they share does not depend on the speed of this machine.
        using var other = SqliteConnections.Open(database, TimeSpan.FromSeconds(10), readOnly: false);
        other.Execute("BEGIN IMMEDIATE");
        var before = TransactionsOf(host);
        var writers = Enumerable.Range(0, Writers).Select(i => WriteAsync(host, $"t{i}", Rounds)).ToArray();
        other.Execute("COMMIT");
        await Task.WhenAll(writers);

        Assert.InRange(TransactionsOf(host) - before, 1, Writers * Rounds / 4);
        for (var i = 0; i < Writers; i++)
        {
            Assert.Equal(Rounds, (await host.ReadAsync($"t{i}")).State!.Commit.Version);
        }
    }

    [Fact]
    public async Task EachWriteOfATransactionHasItsOwnVerdict()
    {
        using var folder = new TempFolder();
        using var store = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = folder.File("tasks.db") });
        var stored = await store.CommitAsync([Write("a", null), Write("b", null), Write("c", null)]);
        var etags = stored.Select(verdict => Assert.IsType<WriteVerdict.Stored>(verdict).ETag).ToArray();

        var verdicts = await store.CommitAsync([Write("a", etags[0]), Write("b", "stale"), Write("c", null), Write("d", null), Write("e", "gone")]);

        Assert.IsType<WriteVerdict.Stored>(verdicts[0]);
        Assert.Equal(new WriteVerdict.Conflict(etags[1]), verdicts[1]);
        Assert.Equal(new WriteVerdict.Conflict(etags[2]), verdicts[2]);
        Assert.IsType<WriteVerdict.Stored>(verdicts[3]);
        Assert.Equal(new WriteVerdict.Conflict(null), verdicts[4]);
        Assert.Equal(etags[1], (await store.ReadAsync(new RecordKey(RecordKey.TaskKind, "b")))!.Value.ETag);
    }

    private static RecordWrite Write(string taskId, string? etag)
    {
        var document = Samples.Document(taskId);
        return new RecordWrite(new RecordKey(RecordKey.TaskKind, taskId), etag, document.ToUtf8Json(), document.GetSummary(Samples.Epoch));
    }

    private static async Task WriteAsync(StoreHost host, string taskId, int rounds)
    {
        string? etag = null;
        for (var version = 1; version <= rounds; version++)
        {
            etag = await host.WriteAsync(Samples.Document(taskId, version), etag);
        }
    }

    private static long TransactionsOf(StoreHost host) => ((SqliteRecordStore)host.Index).Transactions;
}

using System.Collections.Immutable;
using VideoGen.Storage.Batching;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>What lists read of a record is not its body. Where it is not what was written, the body counts.</summary>
public sealed class ListColumnsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StoreHost _host;

    public ListColumnsTests() => _host = SqliteStores.Open(Database);

    private string Database => _folder.File("tasks.db");

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("status = 'completed'")]
    [InlineData("status = 'no such status'")]
    [InlineData("status = NULL")]
    [InlineData("pipeline = 'other'")]
    [InlineData("labels = '{\"team\":\"red\"}'")]
    [InlineData("labels = '{'")]
    [InlineData("created_at = created_at + 1")]
    [InlineData("created_at = 9223372036854775807")]
    [InlineData("deleted = 1")]
    [InlineData("owed = 1 - owed")]
    [InlineData("version = version + 1")]
    [InlineData("progress = 0.75")]
    [InlineData("current_stage = 'other'")]
    [InlineData("started_at = NULL")]
    [InlineData("completed_at = 5")]
    [InlineData("updated_at = 5")]
    [InlineData("workers = workers + 1")]
    [InlineData("list_hash = list_hash + 1")]
    public async Task ColumnsThatWereChanged_AreMadeAnewFromTheDocument(string change)
    {
        var document = Samples.Document("demo", 7, labels: ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue"), note: new string('x', 9_000));
        await _host.WriteAsync(document);
        var etag = await _host.WriteAsync(Samples.Document("other"));
        Execute("DROP TRIGGER labels_changed");
        Execute($"UPDATE records SET {change} WHERE key = 'demo'");

        // Where a list finds the row at all, it shows what the document says.
        Assert.All((await _host.Index.QueryAsync(new TaskQuery())).Tasks.Where(task => task.TaskId.Value == "demo"), AssertAsWritten);
        Assert.Empty((await _host.Index.QueryAsync(new TaskQuery { Statuses = [RunStatus.Completed] })).Tasks);
        Assert.Equal(0, await _host.Index.PurgeDeletedAsync(DateTimeOffset.MaxValue));

        // From then on every list finds it again, and the next purge does not remove it.
        var again = await _host.Index.QueryAsync(new TaskQuery { Statuses = [RunStatus.Running], Pipeline = "document-video" });
        AssertAsWritten(again.Tasks.Single(task => task.TaskId.Value == "demo"));
        Assert.Equal(2, (await _host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal(0, await _host.Index.PurgeDeletedAsync(DateTimeOffset.MaxValue));
        Assert.Equal(document.Json, (await _host.ReadAsync("demo")).State!.Json);
        await _host.WriteAsync(Samples.Document("other", 2), etag);

        void AssertAsWritten(TaskSummary task)
        {
            var expected = document.GetSummary(Samples.Epoch);
            Assert.Equal(expected with { Labels = task.Labels, UpdatedAt = task.UpdatedAt }, task);
            Assert.Equal(expected.Labels, task.Labels);
        }
    }

    /// <summary>Pages go on past rows that are left out, and each of those is told of once.</summary>
    [Fact]
    public async Task RowsWhoseDocumentIsDamagedToo_AreLeftOutAndTheOthersAreListed()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _host.WriteAsync(Samples.Document($"t{i:d2}", createdAt: Samples.Epoch.AddMinutes(i)))));
        Execute("UPDATE records SET progress = 0.9, content_hash = 1 WHERE key BETWEEN 't05' AND 't14'");
        foreach (var size in (int[])[1, 3, 20])
        {
            var (seen, leftOut) = (new List<string>(), new List<string>());
            string? after = null;
            do
            {
                var page = await _host.Index.QueryAsync(new TaskQuery { PageSize = size, After = after });
                seen.AddRange(page.Tasks.Select(task => task.TaskId.Value));
                leftOut.AddRange((page.UnreadableIds ?? []).Select(id => id.Value));
                Assert.Equal(page.UnreadableIds?.Length ?? 0, page.Unreadable);
                after = page.Next;
            }
            while (after is not null);

            Assert.Equal(Enumerable.Range(0, 20).Reverse().Where(i => i is < 5 or > 14).Select(i => $"t{i:d2}"), seen);
            Assert.Equal(Enumerable.Range(5, 10).Reverse().Select(i => $"t{i:d2}"), leftOut);
        }
    }

    /// <summary>A program that did not check its keys may have left them behind.</summary>
    [Fact]
    public async Task RowsWhoseKeysAreNoIds_AreInNoList()
    {
        await _host.WriteAsync(Samples.Document("good"));
        await _host.WriteAsync(Samples.Document("bad"));
        Execute("UPDATE records SET key = '../../x' WHERE key = 'bad'");
        Assert.Equal("good", Assert.Single((await _host.Index.QueryAsync(new TaskQuery { PageSize = 1 })).Tasks).TaskId.Value);
        Assert.Equal(1, (await _host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal(0, await _host.Index.PurgeDeletedAsync(DateTimeOffset.MaxValue));
    }

    /// <summary>Two labels whose names are the same text once it is stored.</summary>
    [Fact]
    public async Task ARecordThatTheDatabaseRefuses_FailsAlone()
    {
        using var store = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = Database });
        var batcher = new WriteBatcher(store);
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("a\ud800", "x").Add("a\ud801", "x");
        var writes = Enumerable.Range(0, 13).Select(i => batcher.SubmitAsync(Write($"t{i}", i == 6 ? labels : null))).ToArray();
        for (var i = 0; i < writes.Length; i++)
        {
            if (i == 6)
            {
                Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(() => writes[6])).Fault);
            }
            else
            {
                Assert.IsType<WriteVerdict.Stored>(await writes[i]);
            }
        }

        static RecordWrite Write(string id, ImmutableSortedDictionary<string, string>? labels)
        {
            var document = Samples.Document(id);
            var summary = document.GetSummary(Samples.Epoch);
            return new RecordWrite(RecordKey.Of(TaskId.Parse(id)), null, document.ToUtf8Json(), labels is null ? summary : summary with { Labels = labels });
        }
    }

    private void Execute(string sql)
    {
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false);
        other.Execute(sql);
    }
}

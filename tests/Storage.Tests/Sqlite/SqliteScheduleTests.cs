using Microsoft.Data.Sqlite;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>The rows of schedules are made of the documents: where they are missing or are not what was written, they are made anew.</summary>
public sealed class SqliteScheduleTests : IDisposable
{
    private static readonly TaskDocument Document = Made("demo", 1);

    private readonly TempFolder _folder = new();

    private string Database => _folder.File("tasks.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("DELETE FROM ready WHERE stage = 'a'")]
    [InlineData("DELETE FROM held")]
    [InlineData("UPDATE ready SET queue = 'other'")]
    [InlineData("UPDATE ready SET rank = 4 WHERE stage = 'b'")]
    [InlineData("UPDATE ready SET created_at = created_at + 1")]
    [InlineData("UPDATE ready SET not_before = 5 WHERE stage = 'a'")]
    [InlineData("UPDATE ready SET more = NULL")]
    [InlineData("UPDATE held SET weight = 9")]
    [InlineData("UPDATE records SET next_due = NULL WHERE key = 'demo'")]
    [InlineData("UPDATE records SET schedule_hash = 0 WHERE key = 'demo'")]
    [InlineData("INSERT INTO ready VALUES (1, 'c', 'default', 0, 'c', '', '', 0, 'demo', 1, NULL, NULL)")]
    [InlineData("INSERT INTO ready VALUES (77, 'c', 'default', 0, 'c', '', '', 0, 'stray', 1, NULL, NULL)")]
    public async Task RowsThatWereChanged_AreMadeAnewFromTheDocument(string change)
    {
        using var host = SqliteStores.Open(Database);
        var etag = await host.WriteAsync(Document);
        var expected = await AnswersAsync(host);
        Execute(change);
        Assert.Equal(change.Contains("schedule_hash", StringComparison.Ordinal), expected == await AnswersAsync(host));

        await host.Index.PurgeDeletedAsync(DateTimeOffset.MinValue);

        Assert.Equal(expected, await AnswersAsync(host));
        await host.WriteAsync(Made("demo", 2), etag);
        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task DatabaseWithoutSchedules_GetsThemWhenItIsOpened(int version)
    {
        string expected;
        using (var host = SqliteStores.Open(Database))
        {
            await host.WriteAsync(Document);
            await host.WriteAsync(Samples.Document("finished", status: RunStatus.Completed));
            await host.WriteAsync(Samples.Tombstone("deleted", 3));
            expected = await AnswersAsync(host);
        }

        Forget(version);
        using var again = SqliteStores.Open(Database);
        Assert.Equal(expected, await AnswersAsync(again));
        await again.Index.PurgeDeletedAsync(DateTimeOffset.MinValue);
        Assert.Equal(expected, await AnswersAsync(again));
    }

    /// <summary>No row changes with it, only the moment beside the record.</summary>
    [Fact]
    public async Task LeaseThatIsRenewed_MovesTheMomentAtWhichItsTaskIsDue()
    {
        using var host = SqliteStores.Open(Database);
        var etag = await host.WriteAsync(AtWorkUntil(1, Samples.Epoch.AddSeconds(20)));
        Assert.Single(await host.Index.FindDueAsync(Samples.Epoch.AddSeconds(100), 100));

        await host.WriteAsync(AtWorkUntil(2, Samples.Epoch.AddSeconds(200)), etag);

        Assert.Empty(await host.Index.FindDueAsync(Samples.Epoch.AddSeconds(100), 100));
        Assert.Single(await host.Index.FindDueAsync(Samples.Epoch.AddSeconds(300), 100));
    }

    /// <summary>It writes documents, and knows nothing of their schedules.</summary>
    [Fact]
    public async Task WhatAFormerProgramThatStillRunsWrites_IsScheduledByTheNextLook()
    {
        using var host = SqliteStores.Open(Database);
        await host.WriteAsync(Made("demo", 1));
        var expected = await AnswersAsync(host);
        Execute("DELETE FROM ready; DELETE FROM held; UPDATE records SET next_due = NULL, schedule_hash = 0, list_hash = NULL");

        await host.Index.PurgeDeletedAsync(DateTimeOffset.MinValue);

        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Fact]
    public async Task RowsOfATaskGoWithItsRecord()
    {
        using var host = SqliteStores.Open(Database);
        var etag = await host.WriteAsync(Document);
        await host.WriteAsync(Samples.Tombstone("demo", 2), etag);
        await host.Index.PurgeDeletedAsync(DateTimeOffset.MaxValue);
        using var connection = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: true);
        Assert.Equal(0, connection.QueryNumber("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM ready) + (SELECT count(*) FROM held)"));
    }

    /// <summary>The plan of a query is what makes it cheap; a sort would read the whole queue.</summary>
    [Theory]
    [InlineData("SELECT key FROM records WHERE next_due <= 5 ORDER BY next_due, key LIMIT 9", "tasks_due")]
    [InlineData(
        "SELECT rank, kind, needs, fair FROM ready WHERE queue = 'q' AND (rank, kind, needs, fair) > (1, '', '', '') ORDER BY rank, kind, needs, fair LIMIT 1",
        "USING COVERING INDEX ready_in_order (queue=? AND (rank,kind,needs,fair)>(?,?,?,?))")]
    public async Task Queries_FollowAnIndex(string sql, string plan)
    {
        using var host = SqliteStores.Open(Database);
        await host.WriteAsync(Document);
        using var connection = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: true);
        using var command = connection.Prepare("EXPLAIN QUERY PLAN " + sql);
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Contains(plan, row.GetString(3), StringComparison.Ordinal);
    }

    /// <summary>So long that the second version is stored as what changed.</summary>
    private static TaskDocument AtWorkUntil(long version, DateTimeOffset end)
    {
        var document = ScheduleSamples.Document("demo", version, 0, null, Samples.Epoch, ScheduleSamples.AtWork("c", end));
        return new TaskDocument(document.State! with { Warnings = [new string('x', 4_000)] }, document.Commit);
    }

    private static TaskDocument Made(string id, long version) => ScheduleSamples.Document(
        id,
        version,
        3,
        new FairShare("tenant", 2),
        Samples.Epoch,
        ScheduleSamples.Waiting("a"),
        ScheduleSamples.Waiting("b", needs: "gpu"),
        ScheduleSamples.AtWork("c", Samples.Epoch.AddSeconds(20), new StageLimit("gpu", 2)));

    private static async Task<string> AnswersAsync(StoreHost host)
    {
        var page = await host.Index.FindReadyAsync(new ReadyQuery("default", Samples.Epoch, 100, 100));
        var counts = await host.Index.CountReadyAsync(null);
        var due = await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 100);
        var held = await host.Index.FindHoldersAsync("gpu");
        return string.Join('\n', [ScheduleSamples.Text(page), .. counts.Select(ScheduleSamples.Text), string.Join(' ', due), string.Join('\n', held)]);
    }

    /// <summary>Makes the database what a program of that version left behind.</summary>
    private void Forget(int version)
    {
        Execute("DROP INDEX tasks_by_update; DROP INDEX tasks_by_priority; DROP INDEX tasks_by_error; DROP INDEX tasks_unsearched");
        Execute("ALTER TABLE records DROP COLUMN priority; ALTER TABLE records DROP COLUMN errors; ALTER TABLE records DROP COLUMN searched");
        Execute("DROP TRIGGER schedule_removed; DROP TABLE ready; DROP TABLE held; DROP INDEX tasks_due");
        Execute("ALTER TABLE records DROP COLUMN next_due; ALTER TABLE records DROP COLUMN schedule_hash");
        Execute(version == 3 ? "ALTER TABLE records DROP COLUMN list_hash" : "UPDATE records SET list_hash = NULL");
        Execute($"PRAGMA user_version = {version}");
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}

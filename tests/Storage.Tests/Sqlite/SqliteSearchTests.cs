using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>Orders and searches over indices, and beside programs that know neither.</summary>
public sealed class SqliteSearchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File("tasks.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TaskSort.Created, false, "tasks_by_age")]
    [InlineData(TaskSort.Created, true, "tasks_by_age")]
    [InlineData(TaskSort.Updated, false, "tasks_by_update tasks_due")]
    [InlineData(TaskSort.Updated, true, "tasks_by_update tasks_due")]
    [InlineData(TaskSort.Priority, false, "tasks_by_priority")]
    [InlineData(TaskSort.Priority, true, "tasks_by_priority")]
    public async Task EveryOrder_FollowsAnIndex(TaskSort sort, bool ascending, string indices)
    {
        using var host = await MakeAsync();
        using var connection = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: true);
        foreach (var after in (ListPlace?[])[null, new ListPlace(5, 5, "x")])
        {
            using var command = SqliteQuery.Page(new TaskQuery { Sort = sort, Ascending = ascending }, after).ToCommand(connection);
#pragma warning disable CA2100 // The text of the store's own query.
            command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
#pragma warning restore CA2100
            using var row = command.ExecuteReader();
            var found = new List<string>();
            while (row.Read())
            {
                if (row.GetString(3).Split(" USING INDEX ") is [_, var index])
                {
                    found.Add(index.Split(' ')[0]);
                }
            }

            Assert.Equal(indices, string.Join(' ', found));
        }
    }

    /// <summary>It leaves the columns that it does not know as they were.</summary>
    [Fact]
    public async Task WhatAFormerProgramWrote_IsMadeAnew_BeforeItIsAskedFor()
    {
        using var host = await MakeAsync();
        Execute("UPDATE records SET priority = 7, errors = 'OTHER', searched = 1 WHERE key = 'low'");
        Assert.Equal([("low", -4), ("high", 9)], Listed(await host.Index.QueryAsync(new TaskQuery())));
        Assert.Equal("high low", await IdsAsync(host, new TaskQuery { Sort = TaskSort.Priority }));

        Execute("UPDATE records SET priority = 7, errors = 'OTHER', searched = 1");
        Assert.Equal("low", await IdsAsync(host, new TaskQuery { Error = "timeout" }));
        Execute("UPDATE records SET priority = 7, errors = 'OTHER', searched = 1");
        Assert.Equal(0, (await host.Index.CountAsync(new TaskQuery { Error = "other" })).Total);
    }

    [Fact]
    public async Task ARecordThatCannotBeRead_HoldsUpNoSearch()
    {
        using var host = await MakeAsync();
        Execute("UPDATE records SET content_hash = 1, searched = 2 WHERE key = 'low'");
        Assert.Equal("high low", await IdsAsync(host, new TaskQuery { Sort = TaskSort.Priority }));
        Assert.Empty(await IdsAsync(host, new TaskQuery { Error = "timeout" }));
    }

    [Fact]
    public async Task DatabaseWithoutTheColumns_GetsThemWhenItIsOpened()
    {
        (await MakeAsync()).Dispose();
        Execute("DROP INDEX tasks_by_update; DROP INDEX tasks_by_priority; DROP INDEX tasks_by_error; DROP INDEX tasks_unsearched");
        Execute("ALTER TABLE records DROP COLUMN priority; ALTER TABLE records DROP COLUMN errors; ALTER TABLE records DROP COLUMN searched");
        using var host = SqliteStores.Open(Database);
        Assert.Equal([("low", -4), ("high", 9)], Listed(await host.Index.QueryAsync(new TaskQuery())));
        Assert.Equal("low high", await IdsAsync(host, new TaskQuery { Sort = TaskSort.Priority, Ascending = true }));
        Assert.Equal("low", await IdsAsync(host, new TaskQuery { Error = "timeout" }));
    }

    /// <summary>What an error says is in the index, so that a search reads the records that it finds and no others.</summary>
    [Fact]
    public async Task DatabaseWithAnIndexWithoutTheTexts_GetsTheOtherWhenItIsOpened()
    {
        (await MakeAsync()).Dispose();
        Execute("DROP INDEX tasks_by_error; DROP INDEX tasks_stray; CREATE INDEX tasks_with_errors ON records (created_at DESC, key) WHERE errors IS NOT NULL");
        using var host = SqliteStores.Open(Database);
        Assert.Equal("low", await IdsAsync(host, new TaskQuery { Error = "timeout", Sort = TaskSort.Updated }));
        using var connection = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: true);
        Assert.Equal(0, connection.QueryNumber("SELECT count(*) FROM sqlite_schema WHERE name = 'tasks_with_errors'"));
        Assert.Equal(2, (await host.Index.CountAsync(new TaskQuery())).Total);
    }

    /// <summary>A program that did not check its keys may have stored others: they are in no list, and in no count.</summary>
    [Fact]
    public async Task KeysThatAreOfNoTask_AreNotCounted()
    {
        using var host = await MakeAsync();
        Execute("UPDATE records SET key = '../high' WHERE key = 'high'");
        Assert.Equal(1, (await host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal(1, (await host.Index.CountAsync(new TaskQuery { CreatedAfter = DateTimeOffset.UnixEpoch })).Total);
        Execute("UPDATE records SET key = '.low' WHERE key = 'low'");
        Assert.Empty((await host.Index.CountAsync(new TaskQuery())).ByStatus);
    }

    /// <summary>They stand in a row for each status, which is right whoever writes, and in a database that had none.</summary>
    [Fact]
    public async Task NumbersByStatus_FollowEveryWrite()
    {
        (await MakeAsync()).Dispose();
        Execute("DROP TABLE task_counts; DROP TRIGGER tasks_counted_in; DROP TRIGGER tasks_counted_anew; DROP TRIGGER tasks_counted_out");
        using var host = SqliteStores.Open(Database);
        await AssertCountsAsync("failed 1, running 1");
        await host.WriteAsync(Samples.Document("new", status: RunStatus.Failed));
        await AssertCountsAsync("failed 2, running 1");
        Execute("UPDATE records SET status = 'pending' WHERE key <> 'low'");
        await AssertCountsAsync("failed 1, pending 2");
        Execute("UPDATE records SET deleted = 1, status = 'failed' WHERE key = 'new'");
        await AssertCountsAsync("failed 1, pending 1");
        Execute("UPDATE records SET status = 'pending' WHERE key = 'new'; DELETE FROM records WHERE key = 'low'");
        await AssertCountsAsync("pending 1");
        Execute("UPDATE records SET deleted = 0 WHERE key = 'new'; UPDATE records SET status = NULL WHERE key = 'high'");
        await AssertCountsAsync("pending 1");
        Execute("UPDATE records SET status = 'failed' WHERE key = 'high'; UPDATE records SET deleted = 1 WHERE key = 'new'");
        Execute("DELETE FROM records WHERE key = 'new'");
        await AssertCountsAsync("failed 1");
        Assert.Empty((await host.Index.CountAsync(new TaskQuery { Statuses = [RunStatus.Running] })).ByStatus);

        async Task AssertCountsAsync(string expected)
        {
            var counts = (await host.Index.CountAsync(new TaskQuery())).ByStatus;
            Assert.Equal(expected, string.Join(", ", counts.Select(count => $"{count.Key.ToWireName()} {count.Value}").Order(StringComparer.Ordinal)));
        }
    }

    private static async Task<string> IdsAsync(StoreHost host, TaskQuery query) =>
        string.Join(' ', (await host.Index.QueryAsync(query)).Tasks.Select(task => task.TaskId.Value));

    private static IEnumerable<(string, int)> Listed(TaskPage page) => page.Tasks.Select(task => (task.TaskId.Value, task.Priority ?? 0));

    private async Task<StoreHost> MakeAsync()
    {
        var host = SqliteStores.Open(Database);
        await host.WriteAsync(Samples.Document("high", priority: 9));
        await host.WriteAsync(Samples.Document("low", status: RunStatus.Failed, createdAt: Samples.Epoch.AddDays(1), priority: -4, errors: ["voice: Timeout"]));
        return host;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}

using Npgsql;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>Tables of form 1, as <c>pg_dump</c> wrote them down when the program of commit 1e16eac had made them (<c>form-1.sql</c>).</summary>
public sealed class PostgresUpgradeTests(PostgresServer server)
{
    [Fact]
    public async Task TablesOfForm1_AreBroughtUp_WithAllThatTheyHold()
    {
        using var host = PostgresServer.Open(await LoadAsync());
        foreach (var (task, version) in new[] { ("short", 1), ("long", 2), ("waits", 1), ("gone", 3) })
        {
            Assert.Equal((task, version), (task, await VersionAsync(host, task)));
        }

        Assert.Equal(["long", "short", "waits"], (await host.Index.QueryAsync(new TaskQuery())).Tasks.Select(task => task.TaskId.Value).Order());
        Assert.Equal("waits", Assert.Single(await host.Index.FindHoldersAsync("gpu")).Task.Value);
        Assert.Equal("waits", Assert.Single(await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 10)).Value);

        var etag = (await host.ReadAsync("long")).ETag;
        for (var version = 3; version < 6; version++)
        {
            etag = await host.WriteAsync(Samples.Document("long", version), etag);
            Assert.Equal(version, await VersionAsync(host, "long"));
        }
    }

    /// <summary>What is brought up is as what is made: there is one form, however a database came to it.</summary>
    [Fact]
    public async Task TablesThatWereBroughtUp_AreThoseThatAreMade()
    {
        var (made, raised) = (await server.NewDatabaseAsync(), await LoadAsync());
        foreach (var database in (string[])[made, raised])
        {
            using var host = PostgresServer.Open(database);
            await host.ReadAsync("short");
        }

        Assert.Equal(await DescribeAsync(made), await DescribeAsync(raised));
    }

    [Fact]
    public async Task ManyThatStartAtOnce_BringTheTablesUpOnce()
    {
        var database = await LoadAsync();
        var hosts = Enumerable.Range(0, 6).Select(_ => PostgresServer.Open(database)).ToArray();
        Assert.All(await Task.WhenAll(hosts.Select(host => VersionAsync(host, "long"))), version => Assert.Equal(2, version));
        Array.ForEach(hosts, host => host.Dispose());
    }

    /// <summary>One who only looks changes nothing.</summary>
    [Fact]
    public async Task ReaderOfForm1_IsToldWhoBringsItUp()
    {
        var database = await LoadAsync();
        using var reader = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = database }, isReader: true);
        var error = await Assert.ThrowsAsync<StoreException>(async () => await reader.ReadAsync(RecordKey.Of(TaskId.Parse("long"))));
        Assert.Equal(StoreFault.Unusable, error.Fault);
        Assert.Contains("have form 1, and form 2 is needed", error.Message, StringComparison.Ordinal);
    }

    private static async Task<long> VersionAsync(StoreHost host, string task) => (await host.ReadAsync(task)).State!.Commit.Version;

    private async Task<string> LoadAsync()
    {
        var database = await server.NewDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await ExecuteAsync(new NpgsqlConnectionStringBuilder(database) { Database = "postgres" }.ConnectionString, $"CREATE DATABASE \"{name}\"");
        await ExecuteAsync(database, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "PostgreSql", "form-1.sql")));
        return database;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string[]> DescribeAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT array_agg(line ORDER BY line) FROM (
                SELECT c.relname || ' ' || c.relkind::text || ' ' || coalesce(c.reloptions::text, '') AS line
                FROM pg_class c WHERE c.relnamespace = 'videogen'::regnamespace
                UNION ALL
                SELECT c.relname || '.' || a.attname || ' ' || a.atttypid::regtype || ' ' || a.attnotnull || ' ' || a.attstorage::text
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relnamespace = 'videogen'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
                UNION ALL
                SELECT indexdef FROM pg_indexes WHERE schemaname = 'videogen'
                UNION ALL
                SELECT 'form ' || version FROM videogen.form) lines
            """,
            connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }
}

using Npgsql;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>Orders and searches beside programs that know neither.</summary>
public sealed class PostgresSearchTests(PostgresServer server)
{
    [Fact]
    public async Task WhatAFormerProgramWrote_IsMadeAnew_BeforeItIsAskedFor()
    {
        var database = await server.NewDatabaseAsync();
        using var host = await MakeAsync(database);
        using var reader = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = database }, isReader: true);
        await ExecuteAsync(database, "UPDATE videogen.records SET priority = 7, errors = 'OTHER', searched = 1 WHERE id = 'low'");
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => reader.QueryAsync(new TaskQuery { Sort = TaskSort.Priority }));
        Assert.Contains("Ask a silo", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("high low", await IdsAsync(host.Index, new TaskQuery { Sort = TaskSort.Priority }));
        Assert.Equal("high low", await IdsAsync(reader, new TaskQuery { Sort = TaskSort.Priority }));

        await ExecuteAsync(database, "UPDATE videogen.records SET errors = 'OTHER', searched = NULL");
        Assert.Equal("low", await IdsAsync(host.Index, new TaskQuery { Error = "timeout" }));
        await ExecuteAsync(database, "UPDATE videogen.records SET errors = 'OTHER', searched = NULL");
        Assert.Equal(0, (await host.Index.CountAsync(new TaskQuery { Error = "other" })).Total);
    }

    [Fact]
    public async Task TablesWithoutTheColumns_GetThemWhenASiloOpensThem()
    {
        var database = await server.NewDatabaseAsync();
        (await MakeAsync(database)).Dispose();
        await ExecuteAsync(database, """
            DROP TRIGGER search_forgotten ON videogen.records;
            DROP FUNCTION videogen.forget_search;
            ALTER TABLE videogen.records DROP COLUMN priority, DROP COLUMN errors, DROP COLUMN searched
            """);
        using var reader = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = database }, isReader: true);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => reader.QueryAsync(new TaskQuery()));
        Assert.Contains("The first silo of this program that starts there adds them.", refusal.Message, StringComparison.Ordinal);
        using var host = PostgresServer.Open(database);
        Assert.Equal("low high", await IdsAsync(host.Index, new TaskQuery { Sort = TaskSort.Priority, Ascending = true }));
        Assert.Equal("low", await IdsAsync(host.Index, new TaskQuery { Error = "timeout" }));
    }

    private static async Task<StoreHost> MakeAsync(string database)
    {
        var host = PostgresServer.Open(database);
        await host.WriteAsync(Samples.Document("high", priority: 9));
        await host.WriteAsync(Samples.Document("low", status: RunStatus.Failed, createdAt: Samples.Epoch.AddDays(1), priority: -4, errors: ["voice: Timeout"]));
        return host;
    }

    private static async Task<string> IdsAsync(ITaskQueries tasks, TaskQuery query) =>
        string.Join(' ', (await tasks.QueryAsync(query)).Tasks.Select(task => task.TaskId.Value));

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}

using Npgsql;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>Databases, servers and settings that the store does not take, and what it says of them.</summary>
public sealed class PostgresRefusalTests(PostgresServer server)
{
    [Fact]
    public async Task TablesOfANewerProgram_AreRefused()
    {
        var database = await server.NewDatabaseAsync();
        using (var host = PostgresServer.Open(database))
        {
            await host.WriteAsync(Samples.Document("demo"));
        }

        await PostgresServer.ExecuteAsync(database, "UPDATE form SET version = 99");
        await AssertRefusedAsync(database, StoreFault.TooNew, "have form 99");
    }

    [Fact]
    public async Task TablesOfAnotherProgram_AreRefusedAndLeftAlone()
    {
        var database = await server.NewDatabaseAsync();
        using (var host = PostgresServer.Open(database))
        {
            await host.WriteAsync(Samples.Document("demo"));
        }

        await PostgresServer.ExecuteAsync(database, "DROP TABLE form");
        await AssertRefusedAsync(database, StoreFault.Damaged, "tables of another program");
        await PostgresServer.ExecuteAsync(database, "SELECT 1 / count(*) FROM records");
    }

    [Fact]
    public async Task WrongPassword_IsToldWithoutIt()
    {
        var database = (await server.NewDatabaseAsync()).Replace("secret-of-tests", "wrong-secret", StringComparison.Ordinal);
        var error = await AssertRefusedAsync(database, StoreFault.Unusable, "refused the user or the password");
        Assert.DoesNotContain("wrong-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsToldWithItsAddress()
    {
        var error = await AssertRefusedAsync("Host=127.0.0.1;Port=1;Username=u;Password=hidden-secret", StoreFault.Failed, "at 127.0.0.1:1 cannot be reached");
        Assert.DoesNotContain("hidden-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no ConnectionString")]
    [InlineData("Port=5432", "names no Host")]
    [InlineData("Host=h;Password=hidden-secret;Prot=5", "is none")]
    public void ConnectionStringThatIsNone_IsRefused(string text, string expected)
    {
        var error = Assert.Throws<StoreException>(() => PostgresServer.Open(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a\"; DROP SCHEMA x; --")]
    public void SchemaThatIsNoName_IsRefused(string schema) => Assert.Throws<StoreException>(
        () => new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = "Host=h", Schema = schema }));

    /// <summary>Who only looks makes nothing, and says so where there is nothing.</summary>
    [Fact]
    public async Task ReaderOfAnEmptyDatabase_IsToldSo()
    {
        var database = await server.NewDatabaseAsync();
        using var reader = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = database + ";Pooling=false" }, isReader: true);
        var error = await Assert.ThrowsAsync<StoreException>(() => reader.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);

        var empty = new NpgsqlConnectionStringBuilder(database) { Database = "postgres" }.ConnectionString;
        using var other = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = empty }, isReader: true);
        error = await Assert.ThrowsAsync<StoreException>(() => other.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Contains("holds no tasks", error.Message, StringComparison.Ordinal);
    }

    private static async Task<StoreException> AssertRefusedAsync(string connectionString, StoreFault fault, string words)
    {
        using var host = PostgresServer.Open(connectionString + ";Pooling=false");
        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        return error;
    }
}

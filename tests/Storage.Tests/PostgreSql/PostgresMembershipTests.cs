using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Membership;
using Orleans.Runtime.MembershipService;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>Orleans' own provider over our tables and statements.</summary>
public sealed class PostgresMembershipTests(PostgresServer server)
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public async Task Silos_AreListedAsTheyWereWritten()
    {
        var (table, _) = await OpenAsync();
        var (one, other) = (Silo(1), Silo(2));
        Assert.True(await table.InsertRowAsync(one, Next(await table.ReadAllAsync())));
        Assert.True(await table.InsertRowAsync(other, Next(await table.ReadAllAsync())));
        one.Status = SiloStatus.Active;
        one.AddSuspector(other.SiloAddress, Now.AddSeconds(1));
        Assert.True(await UpdateAsync(table, one, await table.ReadAllAsync()));
        other.IAmAliveTime = Now.AddSeconds(9);
        await table.UpdateIAmAliveAsync(other);

        var all = await table.ReadAllAsync();
        Assert.Equal((3, 2), (all.Version.Version, all.Members.Count));
        Assert.Equal(one.ToString(), all.TryGet(one.SiloAddress)!.Item1.ToString());
        Assert.Equal((Now.AddSeconds(9), "silo 2", "host"), Facts(all.TryGet(other.SiloAddress)!.Item1));
        var row = await table.ReadRowAsync(one.SiloAddress);
        Assert.Equal((3, SiloStatus.Active, 31_001), (row.Version.Version, row.Members.Single().Item1.Status, row.Members.Single().Item1.ProxyPort));
        Assert.Equal(other.SiloAddress, Assert.Single(row.Members.Single().Item1.SuspectTimes!).Item1);
        Assert.Empty((await table.ReadRowAsync(Silo(3).SiloAddress)).Members);

        static (DateTime, string, string) Facts(MembershipEntry entry) => (entry.IAmAliveTime, entry.SiloName, entry.HostName);
    }

    [Fact]
    public async Task ChangeThatFollowsAnotherListThanThereIs_DoesNothing()
    {
        var (table, _) = await OpenAsync();
        var (one, stale) = (Silo(1), await table.ReadAllAsync());
        Assert.True(await table.InsertRowAsync(one, Next(stale)));
        one.Status = SiloStatus.Dead;

        Assert.False(await table.InsertRowAsync(Silo(2), Next(stale)));
        Assert.False(await UpdateAsync(table, one, stale));
        Assert.False(await table.InsertRowAsync(one, Next(await table.ReadAllAsync())));
        Assert.False(await UpdateAsync(table, Silo(2), await table.ReadAllAsync()));

        var all = await table.ReadAllAsync();
        Assert.Equal((1, SiloStatus.Joining), (all.Version.Version, Assert.Single(all.Members).Item1.Status));
    }

    [Fact]
    public async Task OfManyThatComeAtOnce_OneFollowsEachList()
    {
        var (table, database) = await OpenAsync();
        var tables = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(database)));
        for (var round = 0; round < 10; round++)
        {
            var next = Next(await table.ReadAllAsync());
            var answers = await Task.WhenAll(tables.Select((other, i) => other.InsertRowAsync(Silo((round * 10) + i), next)));
            Assert.Single(answers, true);
        }

        var all = await table.ReadAllAsync();
        Assert.Equal((10, 10), (all.Version.Version, all.Members.Count));
    }

    /// <summary>Clusters share the tables, and nothing else.</summary>
    [Fact]
    public async Task OtherClusters_AreLeftAlone_AndOnlyTheDeadOfLongAgoAreForgotten()
    {
        var (table, database) = await OpenAsync();
        var other = await OpenAsync(database, "other");
        foreach (var (i, status) in new[] { SiloStatus.Active, SiloStatus.Dead, SiloStatus.Joining, SiloStatus.Dead }.Index())
        {
            var silo = Silo(i);
            silo.Status = status;
            silo.IAmAliveTime = i == 3 ? Now.AddDays(2) : Now;
            Assert.True(await table.InsertRowAsync(silo, Next(await table.ReadAllAsync())));
            Assert.True(await other.InsertRowAsync(silo, Next(await other.ReadAllAsync())));
        }

        await table.CleanupDefunctSiloEntriesAsync(Now.AddDays(1));
        Assert.Equal([0, 2, 3], (await table.ReadAllAsync()).Members.Select(member => member.Item1.SiloAddress.Generation).Order());
        await table.DeleteMembershipTableEntriesAsync("videogen");
        Assert.Equal(4, (await other.ReadAllAsync()).Members.Count);
        await table.InitializeMembershipTableAsync(true);
        Assert.Empty((await table.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task ManyThatStartAtOnce_MakeTheTablesOnce()
    {
        for (var round = 0; round < 3; round++)
        {
            var database = await server.NewDatabaseAsync();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresMembership.PrepareAsync(database)));
            Assert.Equal(0, (await (await OpenAsync(database)).ReadAllAsync()).Version.Version);
        }
    }

    [Fact]
    public async Task TablesOfANewerProgram_AreRefused()
    {
        var (_, database) = await OpenAsync();
        await PostgresServer.ExecuteAsync(database, "UPDATE videogen_cluster.form SET version = 99");
        var error = await Assert.ThrowsAsync<StoreException>(() => PostgresMembership.PrepareAsync(database));
        Assert.Equal((StoreFault.TooNew, true), (error.Fault, error.Message.Contains("has form 99", StringComparison.Ordinal)));
    }

    /// <summary>Who may only use the tables need not be allowed to make any.</summary>
    [Fact]
    public async Task UserWhoMayMakeNothing_MayUseThem()
    {
        var (_, database) = await OpenAsync();
        await PostgresServer.ExecuteAsync(
            database,
            """
            CREATE ROLE guest LOGIN PASSWORD 'secret-of-guests';
            GRANT USAGE ON SCHEMA videogen_cluster TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA videogen_cluster TO guest;
            """);
        var guest = new NpgsqlConnectionStringBuilder(database) { Username = "guest", Password = "secret-of-guests" }.ConnectionString;
        await PostgresMembership.PrepareAsync(guest);
    }

    private async Task<(AdoNetClusteringTable Table, string Database)> OpenAsync()
    {
        var database = await server.NewDatabaseAsync();
        return (await OpenAsync(database), database);
    }

    private static async Task<AdoNetClusteringTable> OpenAsync(string database, string cluster = "videogen")
    {
        await PostgresMembership.PrepareAsync(database);
        var options = new AdoNetClusteringSiloOptions
        {
            Invariant = PostgresMembership.Invariant,
            ConnectionString = PostgresMembership.ToProvider(database),
        };
        var table = new AdoNetClusteringTable(
            null!, Options.Create(new ClusterOptions { ClusterId = cluster }), Options.Create(options), NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        return table;
    }

    /// <summary>The provider has one ETag for all rows, and refuses an empty one.</summary>
    private static Task<bool> UpdateAsync(AdoNetClusteringTable table, MembershipEntry silo, MembershipTableData known) =>
        table.UpdateRowAsync(silo, known.Version.VersionEtag, Next(known));

    private static TableVersion Next(MembershipTableData data) => data.Version.Next();

    private static MembershipEntry Silo(int number) => new()
    {
        SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 11_111, number),
        SiloName = $"silo {number}",
        HostName = "host",
        Status = SiloStatus.Joining,
        ProxyPort = 31_000 + number,
        StartTime = Now,
        IAmAliveTime = Now,
    };
}

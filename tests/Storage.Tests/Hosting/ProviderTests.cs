using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.TestingHost;
using VideoGen.Grains;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.AzureTables;
using VideoGen.Storage.Tests.PostgreSql;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Hosting;

public sealed class ProviderTests(Azurite azurite, PostgresServer postgres)
{
    [Fact]
    public async Task ARealTaskGrainKeepsItsStateInTheDatabaseOverARestartOfTheCluster()
    {
        using var folder = new TempFolder();
        var database = folder.File("data/tasks.db");
        await RunAsync(silo => silo.AddSqliteTaskStorage("tasks", options => options.DatabasePath = database), "demo-1");
        await RunAsync(silo => silo.AddSqliteTaskStorage("tasks", options => options.DatabasePath = database), "demo-2", expectedBefore: ["demo-1"]);
    }

    [Theory]
    [InlineData("Sqlite", "DatabasePath")]
    [InlineData("JsonFiles", "Folder")]
    [InlineData("AzureTable", "ConnectionString")]
    [InlineData("PostgreSql", "ConnectionString")]
    public async Task ConfigurationAloneSelectsTheStore(string providerType, string option)
    {
        using var folder = new TempFolder();
        var place = providerType switch
        {
            "AzureTable" => await azurite.ConnectionStringAsync(),
            "PostgreSql" => await postgres.NewDatabaseAsync(),
            _ => folder.File("state"),
        };
        await using var cluster = Cluster(hostOptions: (_, host) => host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orleans:GrainStorage:tasks:ProviderType"] = providerType,
            [$"Orleans:GrainStorage:tasks:{option}"] = place,
        }));
        await cluster.DeployAsync();

        var reply = await CreateAsync(cluster, "demo-1");

        Assert.Equal(CommandOutcome.Applied, reply.Outcome);
        Assert.Equal(1, (await cluster.Client.GetGrain<ITaskIndexGrain>(0).CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task AStoreThatCannotBeUsedIsAnErrorAtTheStartOfTheSilo()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("tasks.db"), new string('x', 5_000));
        await using var cluster = Cluster(silo => silo.AddSqliteTaskStorage("tasks", options => options.DatabasePath = folder.File("tasks.db")));
        var error = await Assert.ThrowsAnyAsync<Exception>(() => cluster.DeployAsync());
        Assert.Contains("is not a database", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task RunAsync(Action<ISiloBuilder> storage, string taskId, params string[] expectedBefore)
    {
        await using var cluster = Cluster(storage);
        await cluster.DeployAsync();
        foreach (var id in expectedBefore)
        {
            Assert.NotNull(await cluster.Client.GetGrain<ITaskStateGrain>(id).ReadAsync());
        }

        Assert.Equal(CommandOutcome.Applied, (await CreateAsync(cluster, taskId)).Outcome);
        var page = await cluster.Client.GetGrain<ITaskIndexGrain>(0).QueryAsync(new TaskQuery());
        Assert.Equal([.. expectedBefore, taskId], page.Tasks.Select(task => task.TaskId.Value).Order());
    }

    private static InProcessTestCluster Cluster(
        Action<ISiloBuilder>? storage = null,
        Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>? hostOptions = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        if (hostOptions is not null)
        {
            builder.ConfigureSiloHost(hostOptions);
        }

        builder.ConfigureSilo((_, silo) =>
        {
            storage?.Invoke(silo);
            silo.AddVideoGenGrains(recover: false);
        });
        return builder.Build();
    }

    private static Task<TaskReply> CreateAsync(InProcessTestCluster cluster, string taskId) =>
        cluster.Client.GetGrain<ITaskStateGrain>(taskId).ExecuteAsync(
            OperationId.Create(TimeProvider.System),
            new CreateTask(TaskId.Parse(taskId), JsonText.EmptyObject, null));
}

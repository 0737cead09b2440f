#if MICROSOFT_AZURE_STORAGE
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Grains;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>Orleans' own Azure provider, in builds that ask for it: tasks live in it as in ours.</summary>
public sealed class MicrosoftAzureTableTests(Azurite azurite)
{
    /// <summary>Longer than one property of a table may be.</summary>
    private static readonly JsonText Input = JsonText.Parse($$"""{"title": "größe 🎬", "text": "{{new string('x', 60_000)}}"}""");

    [Fact]
    public async Task TasksGoOn_AfterARestartOfTheCluster()
    {
        var table = AzureTableStores.NewTable();
        await using (var first = await StartAsync(table))
        {
            var task = first.Client.GetGrain<ITaskStateGrain>("demo-1");
            Assert.Equal(CommandOutcome.Applied, (await ExecuteAsync(task, new CreateTask(TaskId.Parse("demo-1"), Input, null))).Outcome);
            Assert.Equal(2, (await ExecuteAsync(task, new AddStage("one"))).Version);
        }

        await using var second = await StartAsync(table);
        var again = second.Client.GetGrain<ITaskStateGrain>("demo-1");
        Assert.Equal(2, (await again.ReadAsync())!.Version);
        Assert.Equal(3, (await ExecuteAsync(again, new AddStage("two"))).Version);
        Assert.Equal(Input, (await again.ReadAsync())!.ToState().InputConfig);
    }

    [Fact]
    public async Task DocumentOfATask_IsReadAsItWasWritten_AndAStaleWriteChangesNothing()
    {
        await using var cluster = await StartAsync(AzureTableStores.NewTable());
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("tasks");
        foreach (var document in new[] { Samples.Document("demo-1", note: "größe \"🎬\""), Samples.Tombstone("demo-2", 3) })
        {
            var grain = Samples.GrainOf(document.Commit.TaskId);
            var written = new GrainState<TaskDocument>(document);
            await storage.WriteStateAsync(Samples.StateName, grain, written);
            foreach (var stale in (string?[])[null, "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\""])
            {
                await Assert.ThrowsAnyAsync<InconsistentStateException>(() => storage.WriteStateAsync(Samples.StateName, grain, new GrainState<TaskDocument>(Samples.Document("demo-9"), stale)));
            }

            var read = new GrainState<TaskDocument>(new TaskDocument());
            await storage.ReadStateAsync(Samples.StateName, grain, read);
            Assert.Equal((true, written.ETag), (read.RecordExists, read.ETag));
            Assert.Equal(document.Json, read.State!.Json);
        }
    }

    /// <summary>A cluster whose tasks are in that table; configuration alone chooses the provider.</summary>
    private async Task<InProcessTestCluster> StartAsync(string table)
    {
        var place = await azurite.ConnectionStringAsync();
        var builder = new InProcessTestClusterBuilder(1);

        // This provider keeps the states of each service apart.
        builder.Options.ServiceId = "video-tests";
        builder.ConfigureSiloHost((_, host) => host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orleans:GrainStorage:tasks:ProviderType"] = "MicrosoftAzureTable",
            ["Orleans:GrainStorage:tasks:ConnectionString"] = place,
            ["Orleans:GrainStorage:tasks:TableName"] = table,
        }));
        builder.ConfigureSilo((_, silo) => silo.AddVideoGenGrains(recover: false));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static Task<TaskReply> ExecuteAsync(ITaskStateGrain task, TaskCommand command) => task.ExecuteAsync(OperationId.Create(TimeProvider.System), command);
}
#endif

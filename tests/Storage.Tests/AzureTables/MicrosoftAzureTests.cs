using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Grains;
using VideoGen.Grains.Recovery;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>Orleans' own Azure providers: tasks live in them as in our store, but in no list.</summary>
public sealed class MicrosoftAzureTests(Azurite azurite)
{
    /// <summary>Longer than one property of a table may be.</summary>
    private static readonly JsonText Input = JsonText.Parse($$"""{"title": "größe 🎬", "text": "{{new string('x', 60_000)}}"}""");

    [Theory]
    [InlineData("MicrosoftAzureTable")]
    [InlineData("MicrosoftAzureBlob")]
    public async Task TasksGoOn_AfterARestartOfTheCluster(string provider)
    {
        var place = AzureTableStores.NewTable();
        await using (var first = await StartAsync(provider, place))
        {
            var task = first.Client.GetGrain<ITaskStateGrain>("demo-1");
            Assert.Equal(CommandOutcome.Applied, (await ExecuteAsync(task, new CreateTask(TaskId.Parse("demo-1"), Input, null))).Outcome);
            Assert.Equal(2, (await ExecuteAsync(task, new AddStage("one"))).Version);
        }

        await using var second = await StartAsync(provider, place);
        var again = second.Client.GetGrain<ITaskStateGrain>("demo-1");
        Assert.Equal(2, (await again.ReadAsync())!.Version);
        Assert.Equal(3, (await ExecuteAsync(again, new AddStage("two"))).Version);
        Assert.Equal(Input, (await again.ReadAsync())!.ToState().InputConfig);
    }

    [Theory]
    [InlineData("MicrosoftAzureTable", "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"")]
    [InlineData("MicrosoftAzureBlob", "\"0x8D8AD5B2C3A4000\"")]
    public async Task DocumentOfATask_IsReadAsItWasWritten_AndAStaleWriteChangesNothing(string provider, string older)
    {
        await using var cluster = await StartAsync(provider, AzureTableStores.NewTable());
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("tasks");
        foreach (var document in new[] { Samples.Document("demo-1", note: "größe \"🎬\""), Samples.Tombstone("demo-2", 3) })
        {
            var grain = Samples.GrainOf(document.Commit.TaskId);
            var written = new GrainState<TaskDocument>(document);
            await storage.WriteStateAsync(Samples.StateName, grain, written);
            foreach (var stale in (string?[])[null, older])
            {
                var write = new GrainState<TaskDocument>(Samples.Document("demo-9"), stale);
                await Assert.ThrowsAnyAsync<InconsistentStateException>(() => storage.WriteStateAsync(Samples.StateName, grain, write));
            }

            var read = new GrainState<TaskDocument>(new TaskDocument());
            await storage.ReadStateAsync(Samples.StateName, grain, read);
            Assert.Equal((true, written.ETag), (read.RecordExists, read.ETag));
            Assert.Equal(document.Json, read.State!.Json);
        }
    }

    [Theory]
    [InlineData("MicrosoftAzureTable")]
    [InlineData("MicrosoftAzureBlob")]
    public async Task WhatNeedsAListSaysThatThereIsNone_AndRecoveryIsSilent(string provider)
    {
        await using var cluster = await StartAsync(provider, AzureTableStores.NewTable());

        foreach (var ask in (Func<ITaskIndexGrain, Task>[])[index => index.QueryAsync(new TaskQuery()), index => index.CountAsync(new TaskQuery())])
        {
            var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => ask(cluster.Client.GetGrain<ITaskIndexGrain>(0)));
            Assert.Contains("keep no list of tasks", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await cluster.Client.GetGrain<IRecoveryGrain>(0).SweepAsync());
    }

    [Theory]
    [InlineData("MicrosoftAzureTable")]
    [InlineData("MicrosoftAzureBlob")]
    public async Task WithoutAConnectionStringTheSiloSaysWhatToSet(string provider)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var cluster = Build(new() { ["Orleans:GrainStorage:tasks:ProviderType"] = provider });
            await cluster.DeployAsync();
        });

        Assert.Contains("Orleans:GrainStorage:tasks:ConnectionString", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A cluster whose tasks are in that table or container; configuration alone chooses the provider.</summary>
    private async Task<InProcessTestCluster> StartAsync(string provider, string place)
    {
        var isBlob = provider == "MicrosoftAzureBlob";
        var cluster = Build(new()
        {
            ["Orleans:GrainStorage:tasks:ProviderType"] = provider,
            ["Orleans:GrainStorage:tasks:ConnectionString"] = isBlob ? await azurite.BlobConnectionStringAsync() : await azurite.ConnectionStringAsync(),
            [$"Orleans:GrainStorage:tasks:{(isBlob ? "ContainerName" : "TableName")}"] = place,
        });
        await cluster.DeployAsync();
        return cluster;
    }

    private static InProcessTestCluster Build(Dictionary<string, string?> settings)
    {
        var builder = new InProcessTestClusterBuilder(1);

        // These providers keep the states of each service apart.
        builder.Options.ServiceId = "video-tests";
        builder.ConfigureSiloHost((_, host) => host.Configuration.AddInMemoryCollection(settings));
        builder.ConfigureSilo((_, silo) => silo.AddVideoGenGrains(recover: false));
        return builder.Build();
    }

    private static Task<TaskReply> ExecuteAsync(ITaskStateGrain task, TaskCommand command) =>
        task.ExecuteAsync(OperationId.Create(TimeProvider.System), command);
}

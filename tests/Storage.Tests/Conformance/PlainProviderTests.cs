using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Grains;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>
/// Providers that are not ours see the document of a task as a plain class and store what a serializer makes of it: Newtonsoft by default,
/// System.Text.Json by choice.
/// </summary>
public sealed class PlainProviderTests
{
    [Theory]
    [InlineData("newtonsoft")]
    [InlineData("system-text-json")]
    public async Task TheDocumentOfATaskSurvivesAPlainProvider(string serializer)
    {
        await using var cluster = await StartAsync(serializer);
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("plain");
        foreach (var document in new[] { Samples.Document("demo-1", note: "größe \"🎬\""), Samples.Tombstone("demo-2", 3) })
        {
            var grain = Samples.GrainOf(document.Commit.TaskId);
            var written = new GrainState<TaskDocument>(document);
            await storage.WriteStateAsync(Samples.StateName, grain, written);

            var read = new GrainState<TaskDocument>(new TaskDocument());
            await storage.ReadStateAsync(Samples.StateName, grain, read);

            Assert.Equal((true, written.ETag), (read.RecordExists, read.ETag));
            Assert.Equal(document.Json, read.State!.Json);
        }
    }

    [Fact]
    public async Task OurProviderAndAPlainOneGiveTheSameDocument()
    {
        using var folder = new TempFolder();
        using var host = Sqlite.SqliteStores.Open(folder.File("tasks.db"));
        var document = Samples.Document("demo-1", note: "größe");
        await host.WriteAsync(document);
        Assert.Equal(document.Json, (await host.ReadAsync("demo-1")).State!.Json);
    }

    [Fact]
    public async Task ADocumentUnderTheFormerNameOfItsTypeIsRead()
    {
        await using var cluster = await StartAsync("newtonsoft");
        var document = Samples.Document("demo-1", note: "größe");
        var json = System.Text.Json.JsonSerializer.Serialize(document.Json);
        var stored = $$"""{"$id":"1","$type":"VideoGen.Grains.Tasks.TaskDocument, VideoGen.Grains","Json":{{json}}}""";

        var read = cluster.Silos[0].ServiceProvider.GetRequiredService<OrleansJsonSerializer>().Deserialize(typeof(TaskDocument), stored);

        Assert.Equal(document.Json, Assert.IsType<TaskDocument>(read).Json);
    }

    private static async Task<InProcessTestCluster> StartAsync(string serializer)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddVideoGenGrains(recover: false).AddMemoryGrainStorage("plain", options =>
        {
            if (serializer == "system-text-json")
            {
                options.Configure(memory => memory.GrainStorageSerializer = new PlainJsonSerializer());
            }
        }));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}

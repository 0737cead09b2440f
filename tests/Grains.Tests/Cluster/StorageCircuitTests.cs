using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>F13: what callers of a silo get that is known not to reach its storage.</summary>
public sealed class StorageCircuitTests(OneSilo silo) : IClassFixture<OneSilo>
{
    [Fact]
    public async Task CommandsAreRefusedAtOnceAndReadsAnswerTheLastDurableState()
    {
        await CreateAsync("cut-off");
        var durable = await silo.Task("cut-off").ReadAsync();
        silo.Store.Writing = _ => throw new IOException("The store was asked.");
        silo.Circuit.Open("The cable is cut.");
        try
        {
            var writes = silo.Store.Writes;
            var refusal = await Assert.ThrowsAsync<TaskStorageException>(() => silo.ExecuteAsync("cut-off", new AddStage("late")));
            var unloaded = await Assert.ThrowsAsync<TaskStorageException>(() => silo.ExecuteAsync("never-loaded", new AddStage("late")));

            Assert.Equal("The cable is cut.", refusal.Cause);
            Assert.Contains("cut-off", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Send the same operation again", refusal.Message, StringComparison.Ordinal);
            Assert.False(refusal.IsLasting || unloaded.IsLasting);
            Assert.Equal(durable!.Version, (await silo.Task("cut-off").ReadAsync())!.Version);
            Assert.Equal(writes, silo.Store.Writes);
        }
        finally
        {
            silo.Circuit.Close();
            silo.Store.Writing = static _ => { };
        }

        Assert.Equal(CommandOutcome.Applied, (await silo.ExecuteAsync("cut-off", new AddStage("late"))).Outcome);
        await CreateAsync("never-loaded");
    }

    private async Task CreateAsync(string task) => Assert.Equal(
        CommandOutcome.Applied, (await silo.ExecuteAsync(task, new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, null))).Outcome);
}

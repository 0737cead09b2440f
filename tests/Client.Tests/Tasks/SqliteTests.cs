using Microsoft.Data.Sqlite;
using VideoGen.Client.Tasks;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Storage.Sqlite;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Tasks;

/// <summary>The client's promises over the store that one machine uses: silos that share a database.</summary>
public sealed class SqliteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task AFullQueueIsSaidAtOnce_WithWhenToComeAgain()
    {
        await using var cluster = await ClientCluster.StartAsync(1, UseSqlite);
        var pipeline = new PipelineDefinition { Name = "p", Stages = [new StageDefinition { Name = "s", Queue = "client-full" }] };
        await cluster.Grains.GetGrain<IClusterSettingsGrain>(0).SetBacklogAsync("client-full", 1);
        var first = new CreateTask(ClientCluster.NewId(), JsonText.EmptyObject, pipeline);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CreateAsync(first)).Outcome);

        var second = first with { TaskId = ClientCluster.NewId() };
        var full = await Assert.ThrowsAsync<QueueFullException>(() => cluster.Tasks.CreateAsync(second));

        Assert.Equal(TimeSpan.FromSeconds(30), full.RetryAfter);
        Assert.Contains(second.TaskId.Value, full.Message, StringComparison.Ordinal);
        Assert.Null(await cluster.Tasks.ReadAsync(second.TaskId));
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.CreateAsync(first)).Outcome);
    }

    [Fact]
    public async Task NoUpdateIsLostWhenASiloIsKilledUnderManyWriters()
    {
        const int Writers = 6;
        const int Updates = 20;
        await using var cluster = await ClientCluster.StartAsync(2, UseSqlite);
        var tasks = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(async _ => (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId));
        var updates = 0;
        var halfway = new TaskCompletionSource();
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Updates; i++)
            {
                var mine = $"{writer}.{i}";
                foreach (var task in tasks)
                {
                    await cluster.States.UpdateAtomicAsync(task, state => state with { Warnings = state.Warnings.Add(mine) }, maxRetries: 20);
                }

                if (Interlocked.Increment(ref updates) == Writers * Updates / 3)
                {
                    halfway.SetResult();
                }
            }
        }));
        await halfway.Task.Happens("a third of the updates were saved");
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);
        await writing.Happens("all updates were saved");

        foreach (var task in tasks)
        {
            var state = await cluster.LoadAsync(task);
            Assert.Equal(Writers * Updates, state.Warnings.Distinct().Count());
            Assert.Equal((Writers * Updates, 1L + (Writers * Updates)), (state.Warnings.Length, state.Version));
        }

        Assert.Equal(4, (await cluster.Tasks.CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task TasksAreThereWhenEverythingStartsAnew()
    {
        TaskId task;
        await using (var first = await ClientCluster.StartAsync(1, UseSqlite))
        {
            task = (await first.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId(), CurrentStage = "kept" })).TaskId;
        }

        await using var second = await ClientCluster.StartAsync(1, UseSqlite);
        Assert.Equal("kept", (await second.States.LoadAsync(task)).CurrentStage);
        Assert.Equal(task, Assert.Single(second.States.ListTasks()).TaskId);
    }

    private void UseSqlite(ISiloBuilder silo) => silo.AddSqliteTaskStorage("tasks", sqlite => sqlite.DatabasePath = Path.Combine(_folder, "tasks.db"));
}

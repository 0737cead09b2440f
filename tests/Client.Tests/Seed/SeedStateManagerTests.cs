using VideoGen.Client.Seed;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

/// <summary>The seven tests of the seed document, by name: what it promises of its state manager.</summary>
public sealed class SeedStateManagerTests(ClientCluster cluster)
{
    private readonly TaskStateManager _manager = cluster.States;

    [Fact]
    public async Task ConcurrentSaveAsyncUsesLocking()
    {
        var task = await SaveNewAsync("stage1", "stage2");
        async Task Writer(string stage)
        {
            for (var i = 0; i < 10; i++)
            {
                await _manager.UpdateStageProgressAtomicAsync(task, stage, i * 0.1);
            }
        }

        await Task.WhenAll(Writer("stage1"), Writer("stage2"));

        var state = await _manager.LoadAsync(task);
        Assert.Equal([0.9, 0.9], state.Stages.Select(stage => Math.Round(stage.Progress, 9)));

        // The seed expects 20 or more. Two reports of 0 change nothing here, so they make no version.
        Assert.Equal(1 + 18, state.Version);
    }

    [Fact]
    public async Task AtomicUpdatePreventsLostUpdates()
    {
        var task = await SaveNewAsync();
        await _manager.UpdateAtomicAsync(task, state => state with { Metadata = state.Metadata.SetItem("counter", JsonText.Parse("0")) });
        async Task Increment()
        {
            for (var i = 0; i < 5; i++)
            {
                await _manager.UpdateAtomicAsync(task, Incremented);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Increment()));

        var state = await _manager.LoadAsync(task);
        Assert.Equal("25", state.Metadata["counter"].Value);
        Assert.True(state.Version >= 26, $"The version is {state.Version}.");
    }

    [Fact]
    public async Task ParallelStageCompletionNoDataLoss()
    {
        string[] stages = ["stage_0", "stage_1", "stage_2", "stage_3", "stage_4"];
        var task = await SaveNewAsync(stages);

        await Task.WhenAll(stages.Select(
            stage => _manager.CompleteStageAtomicAsync(task, stage, new Dictionary<string, string> { [$"{stage}_output"] = $"/path/to/{stage}" })));

        var state = await _manager.LoadAsync(task);
        Assert.Equal(stages, state.CompletedStages().Select(stage => stage.Value));
        Assert.All(state.Stages, stage => Assert.Equal($"/path/to/{stage.Name}", stage.Artifacts[$"{stage.Name}_output"]));
        Assert.Equal(1, state.OverallProgress);
    }

    [Fact]
    public async Task OptimisticLockingDetectsConflicts()
    {
        var task = await SaveNewAsync();
        var other = new TaskStateManager(cluster.Tasks, TimeProvider.System);
        var slowHasLoaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fastHasSaved = new ManualResetEventSlim();
        var runs = 0;
        var slow = _manager.UpdateAtomicAsync(task, state =>
        {
            runs++;
            slowHasLoaded.TrySetResult();
            Assert.True(fastHasSaved.Wait(Until.Patience), "The fast update did not get through.");
            return state with { Warnings = state.Warnings.Add("slow") };
        });
        await slowHasLoaded.Task.Happens("the slow update loaded the state");
        await other.UpdateAtomicAsync(task, state => state with { Warnings = state.Warnings.Add("fast") }).Happens("the fast update was saved");
        fastHasSaved.Set();
        await slow.Happens("the slow update was saved");

        Assert.Equal(["fast", "slow"], (await _manager.LoadAsync(task)).Warnings);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task VersionIncrementsOnEverySave()
    {
        var state = new TaskState { TaskId = ClientCluster.NewId() };
        Assert.Equal(0, state.Version);
        state = await _manager.SaveAsync(state);
        Assert.Equal(1, state.Version);
        state = await _manager.SaveAsync(state);
        Assert.Equal(2, state.Version);
        state = await _manager.LoadAsync(state.TaskId);
        Assert.Equal(2, state.Version);
        Assert.Equal(3, (await _manager.SaveAsync(state)).Version);
    }

    [Fact]
    public void BackwardCompatibleSyncMethods()
    {
        var task = ClientCluster.NewId();
        var saved = _manager.Save(new TaskState { TaskId = task }.AddStage("stage"));
        Assert.Equal(1, saved.Version);
        Assert.Equal("stage", Assert.Single(_manager.Load(task).Stages).Name);
        Assert.Equal(2, _manager.SaveSync(saved).Version);
        Assert.Equal(2, _manager.LoadSync(task).Version);
        Assert.True(_manager.Exists(task));
        Assert.Contains(_manager.ListTasks(), summary => summary.TaskId == task);
        Assert.True(_manager.Delete(task));
        Assert.False(_manager.Delete(task));
        Assert.False(_manager.Exists(task));
    }

    /// <summary>
    /// On the store that writes the seed's files: a reader of the file finds a whole state in it while a hundred updates go on, and nothing is left beside it.
    /// </summary>
    [Fact]
    public async Task AtomicWritePreventsPartialCorruption()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        try
        {
            await using var onFiles = await ClientCluster.StartAsync(1, silo => silo.AddJsonFileTaskStorage("tasks", files => files.Folder = folder));
            var names = Enumerable.Range(0, 100).Select(i => $"stage_{i}").ToArray();
            var task = await SaveNewAsync(onFiles.States, names);
            var file = Path.Combine(folder, $"{task}.json");
            var writing = Task.WhenAll(names.Select(name => onFiles.States.UpdateStageProgressAtomicAsync(task, name, 1)));
            long seen = 0;
            do
            {
                var state = SeedStateFile.Parse(await File.ReadAllBytesAsync(file));
                Assert.Equal(names, state.Stages.Select(stage => stage.Name.Value));
                Assert.Equal(1 + state.Stages.Count(stage => stage.Progress >= 1), state.Version);
                Assert.True(state.Version >= seen, $"The version went back from {seen} to {state.Version}.");
                seen = state.Version;
            }
            while (!writing.IsCompleted);
            await writing;

            var inFile = SeedStateFile.Parse(await File.ReadAllBytesAsync(file));
            Assert.Equal(101, inFile.Version);
            Assert.All(inFile.Stages, stage => Assert.Equal(1, stage.Progress));
            Assert.Equal(inFile.Version, (await onFiles.States.LoadAsync(task)).Version);
            Assert.Equal([file], Directory.EnumerateFiles(folder).Where(path => !Path.GetFileName(path).StartsWith(".videogen", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TaskState Incremented(TaskState state) =>
        state with { Metadata = state.Metadata.SetItem("counter", JsonText.Parse($"{state.Metadata["counter"].ToElement().GetInt32() + 1}")) };

    private Task<TaskId> SaveNewAsync(params string[] stages) => SaveNewAsync(_manager, stages);

    private static async Task<TaskId> SaveNewAsync(TaskStateManager manager, string[] stages)
    {
        var task = ClientCluster.NewId();
        await manager.SaveAsync(stages.Aggregate(new TaskState { TaskId = task }, (state, stage) => state.AddStage(stage)));
        return task;
    }
}

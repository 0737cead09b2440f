using System.Collections.Concurrent;
using VideoGen.Client.Seed;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

[Collection("CleansUpTheSharedCluster")]
public sealed class TaskStateManagerTests(ClientCluster cluster)
{
    private readonly TaskStateManager _manager = cluster.States;

    [Fact]
    public async Task SavingAStaleVersionIsAConflictAndStoresNothing()
    {
        var loaded = await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() });
        var newer = await _manager.SaveAsync(loaded with { CurrentStage = "theirs" });

        var conflict = await Assert.ThrowsAsync<TaskStateConflictException>(() => _manager.SaveAsync(loaded with { CurrentStage = "mine" }));

        Assert.Contains("is at version 2, not 1", conflict.Message, StringComparison.Ordinal);
        var stored = await _manager.LoadAsync(loaded.TaskId);
        Assert.Equal(("theirs", newer.Version), (stored.CurrentStage, stored.Version));
        await Assert.ThrowsAsync<TaskStateConflictException>(() => _manager.SaveAsync(new TaskState { TaskId = loaded.TaskId }));
    }

    [Fact]
    public async Task WhatSavingReturnsIsWhatIsStored()
    {
        var note = StageState.EmptyMetadata.Add("note", JsonText.Parse("{ \"a\": [1, \"é\"] }"));
        var state = new TaskState { TaskId = ClientCluster.NewId(), OverallProgress = double.NaN, Metadata = note }
            .AddStage("one") with
        { Status = RunStatus.Running };
        state = state with { Stages = state.Stages.Map(stage => stage with { Progress = double.PositiveInfinity }) };

        var saved = await _manager.SaveAsync(state);
        var loaded = await _manager.LoadAsync(state.TaskId);

        Assert.Equal((0, 1, 1L), (saved.OverallProgress, saved.Stages[0].Progress, saved.Version));
        Assert.Equal(saved.CreatedAt, loaded.CreatedAt);
        Assert.NotEqual(default, loaded.CreatedAt);
        Assert.Equal(
            (saved.OverallProgress, saved.Stages[0].Progress, saved.Version, saved.Metadata["note"].Value),
            (loaded.OverallProgress, loaded.Stages[0].Progress, loaded.Version, loaded.Metadata["note"].Value));
    }

    [Fact]
    public async Task ManyWritersOfSeveralManagersLoseNoUpdate()
    {
        const int Writers = 8;
        const int Updates = 15;
        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var managers = Enumerable.Range(0, 3).Select(_ => new TaskStateManager(cluster.Tasks, TimeProvider.System)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Updates; i++)
            {
                var mine = $"{writer}.{i}";
                await managers[writer % 3].UpdateAtomicAsync(task, state => state with { Warnings = state.Warnings.Add(mine) }, maxRetries: 100);
            }
        })).Happens("all updates were saved");

        var state = await _manager.LoadAsync(task);
        Assert.Equal(Writers * Updates, state.Warnings.Length);
        Assert.Equal(Writers * Updates, state.Warnings.Distinct().Count());
        Assert.Equal(1 + (Writers * Updates), state.Version);
    }

    [Fact]
    public async Task AnUpdateThatIsOvertakenEveryTimeSaysSoAndStoresNothing()
    {
        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var rival = new TaskStateManager(cluster.Tasks, TimeProvider.System);
        var runs = 0;

        var failed = await Assert.ThrowsAsync<TaskStateException>(() => _manager.UpdateAtomicAsync(task, state =>
        {
            runs++;
            Task.Run(() => rival.UpdateAtomicAsync(task, other => other with { Warnings = other.Warnings.Add("rival") })).GetAwaiter().GetResult();
            return state with { Warnings = state.Warnings.Add("mine") };
        }));

        Assert.StartsWith("Atomic update failed after 3 attempts", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, runs);
        Assert.Equal(["rival", "rival", "rival"], (await _manager.LoadAsync(task)).Warnings);
    }

    [Fact]
    public async Task AnExceptionOfTheChangeEndsTheUpdateAtOnce()
    {
        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var runs = 0;
        await Assert.ThrowsAsync<DivideByZeroException>(() => _manager.UpdateAtomicAsync(task, _ =>
        {
            runs++;
            throw new DivideByZeroException();
        }));
        Assert.Equal(1, runs);
        Assert.Equal(1, (await _manager.LoadAsync(task)).Version);
    }

    [Fact]
    public async Task AChangeThatChangesNothingMakesNoVersion()
    {
        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        Assert.Equal(1, (await _manager.UpdateAtomicAsync(task, state => state)).Version);
    }

    [Fact]
    public async Task AnUpdateWithinAnUpdateOfTheSameTaskDoesNotWaitForItself()
    {
        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var nested = false;
        await _manager.UpdateAtomicAsync(task, state =>
        {
            if (!nested)
            {
                nested = true;
                Task.Run(() => _manager.UpdateAtomicAsync(task, other => other with { CurrentStage = "inner" })).GetAwaiter().GetResult();
            }

            return state with { Warnings = state.Warnings.Add("outer") };
        }).Happens("the outer update ended");
        var state = await _manager.LoadAsync(task);
        Assert.Equal(("inner", "outer"), (state.CurrentStage, Assert.Single(state.Warnings)));
    }

    /// <summary>A window or an old web request has one thread, and waits on it; what comes back to that thread would never run.</summary>
    [Fact]
    public void TheSyncMethodsWorkUnderASingleThreadedContext()
    {
        using var context = new OneThreadContext();
        var task = ClientCluster.NewId();
        var read = context.Run(() =>
        {
            _manager.Save(new TaskState { TaskId = task }.AddStage("stage"));
            return _manager.Load(task).Stages.Count;
        });
        Assert.Equal(1, read);
    }

    [Fact]
    public async Task UnknownTasksAndStagesAreSaidOrPassedOverAsInTheSeed()
    {
        var absent = ClientCluster.NewId();
        Assert.Equal($"State not found: {absent}", (await Assert.ThrowsAsync<TaskStateException>(() => _manager.LoadAsync(absent))).Message);
        Assert.Equal(
            $"State not found: {absent}", (await Assert.ThrowsAsync<TaskStateException>(() => _manager.UpdateAtomicAsync(absent, state => state))).Message);
        Assert.Equal(
            $"State not found: {absent}", (await Assert.ThrowsAsync<TaskStateException>(() => _manager.CompleteStageAtomicAsync(absent, "stage"))).Message);
        Assert.False(await _manager.ExistsAsync(absent));
        Assert.False(await _manager.DeleteAsync(absent));

        var task = (await _manager.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() }.AddStage("known"))).TaskId;
        await _manager.UpdateStageProgressAtomicAsync(task, "unknown", 0.5);
        await _manager.CompleteStageAtomicAsync(task, "unknown");
        await _manager.FailStageAtomicAsync(task, "unknown", "lost");
        Assert.Equal(1, (await _manager.LoadAsync(task)).Version);
    }

    [Fact]
    public async Task StagesProgressFailAndCountAsInTheSeed()
    {
        var now = TimeProvider.System.GetUtcNow();
        var names = new[] { "a", "b", "c", "d" };
        var task = (await _manager.SaveAsync(names.Aggregate(new TaskState { TaskId = ClientCluster.NewId() }, (state, name) => state.AddStage(name)))).TaskId;
        await _manager.UpdateAtomicAsync(task, state => state.StartStage("b", now).UpdateStageProgress("b", 0.8));

        await _manager.CompleteStageAtomicAsync(task, "a", new Dictionary<string, string> { ["path"] = "/a" });
        await _manager.FailStageAtomicAsync(task, "b", "no voice");
        await _manager.UpdateStageProgressAtomicAsync(task, "c", 0.5, "half");
        await _manager.UpdateStageProgressAtomicAsync(task, "d", double.NaN);
        await _manager.UpdateStageProgressAtomicAsync(task, "d", 0.3);
        await _manager.UpdateStageProgressAtomicAsync(task, "d", -7);

        var state = await _manager.LoadAsync(task);
        Assert.Equal([1, 0, 0.5, 0.3], state.Stages.Select(stage => stage.Progress));
        Assert.Equal(0.45, state.OverallProgress, 9);
        Assert.Equal(["b: no voice"], state.Errors);
        Assert.Equal("half", state.Stages[2].Message);
        Assert.Equal("b", state.CurrentStage);
        Assert.Equal(["a"], state.CompletedStages());
        Assert.Equal(["b"], state.FailedStages());
    }

    [Fact]
    public async Task CleanupDeletesOnlyWhatFinishedLongAgo()
    {
        var now = TimeProvider.System.GetUtcNow();
        async Task<TaskId> Save(RunStatus status, double createdDaysAgo, double? finishedDaysAgo) => (await _manager.SaveAsync(new TaskState
        {
            TaskId = ClientCluster.NewId("cleanup"),
            Status = status,
            CreatedAt = now.AddDays(-createdDaysAgo),
            CompletedAt = finishedDaysAgo is { } days ? now.AddDays(-days) : null,
        })).TaskId;
        var old = await Save(RunStatus.Completed, 10, 8);
        var oldFailure = await Save(RunStatus.Failed, 9, 7.5);
        var lately = await Save(RunStatus.Completed, 30, 1);
        var running = await Save(RunStatus.Running, 30, null);
        var paused = await Save(RunStatus.Paused, 30, null);

        Assert.Equal(2, await _manager.CleanupOldTasksAsync(7));

        foreach (var task in new[] { lately, running, paused })
        {
            Assert.True(await _manager.ExistsAsync(task), $"{task} was deleted.");
        }

        Assert.False(await _manager.ExistsAsync(old) || await _manager.ExistsAsync(oldFailure));
        var listed = new List<TaskId>();
        await foreach (var task in _manager.ListTasksAsync())
        {
            if (task.TaskId.Value.StartsWith("cleanup", StringComparison.Ordinal))
            {
                listed.Add(task.TaskId);
            }
        }

        var byId = Comparer<TaskId>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value));
        Assert.Equal(new[] { lately, running, paused }.Order(byId), listed.Order(byId));
        Assert.Equal([paused], _manager.ListTasks(RunStatus.Paused).Select(task => task.TaskId).Where(listed.Contains));
    }

    [Fact]
    public async Task ATaskOfAPipelineIsReadAndAnnotatedButNotRunByItsManager()
    {
        var task = ClientCluster.NewId();
        await cluster.Tasks.CreateAsync(
            new CreateTask(task, JsonText.EmptyObject, new PipelineDefinition { Name = "p", Stages = [new StageDefinition { Name = "s", Queue = "nobody" }] }));
        var noted = await _manager.UpdateAtomicAsync(task, state => state with { Metadata = state.Metadata.SetItem("seen", JsonText.Parse("true")) });
        Assert.Equal("true", noted.Metadata["seen"].Value);
        var refused = await Assert.ThrowsAsync<TaskStateException>(
            () => _manager.UpdateAtomicAsync(task, state => state with { Status = RunStatus.Completed }));
        Assert.Contains("run by its pipeline", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TaskStateException>(() => _manager.DeleteAsync(task));
    }

    /// <summary>Runs what is posted to it on one thread, and nothing while that thread waits.</summary>
    private sealed class OneThreadContext : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public T Run<T>(Func<T> code)
        {
            var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                foreach (var (callback, state) in _posted.GetConsumingEnumerable())
                {
                    callback(state);
                }
            })
            { IsBackground = true };
            thread.Start();
            Post(_ => result.SetResult(code()), null);
            Assert.True(((IAsyncResult)result.Task).AsyncWaitHandle.WaitOne(Until.Patience), "The code on the one thread waits for itself.");
            return result.Task.Result;
        }

        public void Dispose() => _posted.CompleteAdding();
    }
}

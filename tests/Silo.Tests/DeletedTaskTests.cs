using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Files;
using VideoGen.Grains.Recovery;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>What a task leaves in the folder of artifacts goes with it, whether a person deletes it or its time is over.</summary>
public sealed class DeletedTaskTests : IAsyncLifetime
{
    private static readonly PipelineDefinition Pipeline = new() { Name = "test", Stages = [new StageDefinition { Name = "work" }] };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-silo-tests-");
    private WebApplication? _silo;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.StopAsync(CancellationToken.None);
            await _silo.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ADeletedTaskHasNoArtifactsWhenItsDeletionIsAnswered()
    {
        await StartAsync(retention: null);
        var artifact = Put("gone");
        var other = Put("other");
        await SendAsync("gone", new CreateTask(TaskId.Parse("gone"), JsonText.EmptyObject, Pipeline));
        Assert.True((await SendAsync("gone", new DeleteTask())).IsRefused);
        Assert.True(File.Exists(artifact));

        await SendAsync("gone", new CancelTask());
        Assert.Equal(CommandOutcome.Applied, (await SendAsync("gone", new DeleteTask())).Outcome);

        Assert.False(Directory.Exists(Path.GetDirectoryName(artifact)));
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task AFinishedTaskGoesWithItsArtifactsWhenItsTimeIsOverAndARunningOneStays()
    {
        await StartAsync(RetentionRules.All(TimeSpan.FromSeconds(1)));
        var artifacts = new[] { "finished", "at-work", "kept" }.ToDictionary(name => name, Put);
        foreach (var name in artifacts.Keys)
        {
            var retention = name == "kept" ? TimeSpan.FromDays(1) : (TimeSpan?)null;
            await SendAsync(name, new CreateTask(TaskId.Parse(name), JsonText.EmptyObject, Pipeline) { Retention = retention });
        }

        await SendAsync("finished", new CancelTask());
        await SendAsync("kept", new CancelTask());

        for (var patience = Stopwatch.StartNew(); await ReadAsync("finished") is not null; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The task whose time is over is still there.");
        }

        Assert.NotNull(await ReadAsync("at-work"));
        Assert.NotNull(await ReadAsync("kept"));
        for (var patience = Stopwatch.StartNew(); File.Exists(artifacts["finished"]); await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The artifacts of the task are still there.");
        }

        Assert.True(File.Exists(artifacts["at-work"]) && File.Exists(artifacts["kept"]));
    }

    [Fact]
    public async Task ATaskIsKeptByHowItEnded()
    {
        await StartAsync(new RetentionRules { Cancelled = TimeSpan.Zero, Failed = TimeSpan.FromDays(1) });
        var artifacts = new[] { "cancelled", "failed" }.ToDictionary(name => name, Put);
        foreach (var name in artifacts.Keys)
        {
            await SendAsync(name, new CreateTask(TaskId.Parse(name), JsonText.EmptyObject, Pipeline));
        }

        var start = await SendAsync("failed", new StartStage("work", new WorkerId("worker", Guid.NewGuid()), TimeSpan.FromMinutes(1)));
        await SendAsync("failed", new FailStage("work", start.Lease!.Token, "It cannot be done."));
        await SendAsync("cancelled", new CancelTask());

        for (var patience = Stopwatch.StartNew(); File.Exists(artifacts["cancelled"]); await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The artifacts of the cancelled task are still there.");
        }

        Assert.NotNull(await ReadAsync("failed"));
        Assert.True(File.Exists(artifacts["failed"]));
    }

    /// <summary>The store takes its time to delete; the task of the same name that is created meanwhile waits for that, so nothing of it goes along.</summary>
    [Fact]
    public async Task WhatANewTaskOfTheSameNameStoresStaysHoweverLongTheDeletionTakes()
    {
        var store = new SlowlyDeleting(new FolderArtifactStore(Artifacts));
        await StartAsync(RetentionRules.None, recover: false, store);
        await SendAsync("again", new CreateTask(TaskId.Parse("again"), JsonText.EmptyObject, Pipeline));
        Put("again");
        await SendAsync("again", new CancelTask());

        var deletion = SendAsync("again", new DeleteTask());
        await store.Begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var creation = SendAsync("again", new CreateTask(TaskId.Parse("again"), JsonText.EmptyObject, Pipeline));
        await Task.WhenAny(creation, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        var artifact = creation.IsCompleted ? Put("again") : null;
        store.Go.SetResult();
        Assert.Equal(CommandOutcome.Applied, (await deletion).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await creation).Outcome);
        artifact ??= Put("again");

        Assert.True(File.Exists(artifact), "What the new task stored went with the old one.");
    }

    [Fact]
    public async Task ATaskThatSaysHowLongItIsKeptGoesWhereNothingElseSaysSo()
    {
        await StartAsync(retention: null);
        foreach (var (name, retention) in new[] { ("short", TimeSpan.Zero), ("long", TimeSpan.FromDays(1)) })
        {
            await SendAsync(name, new CreateTask(TaskId.Parse(name), JsonText.EmptyObject, Pipeline) { Retention = retention });
            await SendAsync(name, new CancelTask());
        }

        for (var patience = Stopwatch.StartNew(); await ReadAsync("short") is not null; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The task whose time is over is still there.");
        }

        Assert.NotNull(await ReadAsync("long"));
    }

    /// <summary>A silo that died in the middle of a deletion left a note; the task decides what it means.</summary>
    [Fact]
    public async Task ADeletionThatDiedInBetweenIsFinishedAndATaskThatIsThereKeepsItsArtifacts()
    {
        var gone = Put("gone");
        var there = Put("there");
        var earlier = DateTime.UtcNow - DeletedArtifacts.Grace - TimeSpan.FromMinutes(1);
        var notes = new DeletedArtifacts(new FolderArtifactStore(Artifacts), TimeProvider.System);
        foreach (var (name, artifact) in new[] { ("gone", gone), ("there", there) })
        {
            await notes.NoteAsync(TaskId.Parse(name), TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(artifact, earlier - TimeSpan.FromMinutes(1));
            File.SetLastWriteTimeUtc(Path.Combine(Artifacts, ".deleted", $"{name}.note"), earlier);
        }

        await StartAsync(retention: null, beforeSweep: () => SendAsync("there", new CreateTask(TaskId.Parse("there"), JsonText.EmptyObject, Pipeline)));

        var stop = TestContext.Current.CancellationToken;
        for (var patience = Stopwatch.StartNew(); Directory.EnumerateFiles(Path.Combine(Artifacts, ".deleted")).Any(); await Task.Delay(50, stop))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The notes are still there.");
        }

        Assert.False(File.Exists(gone));
        Assert.True(File.Exists(there));
    }

    private string Artifacts => Path.Combine(_folder.FullName, "artifacts");

    private string Put(string task)
    {
        var path = Path.Combine(Artifacts, task, "work", "1", "out.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "content");
        return path;
    }

    /// <param name="retention">How long finished tasks are kept.</param>
    /// <param name="beforeSweep">Runs in a silo that does not sweep, before the one of the test starts over the same store.</param>
    private async Task StartAsync(RetentionRules? retention, Func<Task>? beforeSweep = null)
    {
        if (beforeSweep is not null)
        {
            await StartAsync(retention, recover: false);
            await beforeSweep();
            await _silo!.StopAsync(CancellationToken.None);
            await _silo.DisposeAsync();
        }

        await StartAsync(retention, recover: true);
    }

    private async Task StartAsync(RetentionRules? retention, bool recover, IArtifactStore? store = null)
    {
        _silo = SiloHost.Create(
            new SiloHostOptions
            {
                Artifacts = store ?? new FolderArtifactStore(Artifacts),
                Http = false,
                Recover = recover,
                Retention = retention ?? RetentionRules.None,
            },
            configure: builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
                    ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
                });
                builder.Services.PostConfigure<RecoveryOptions>(options =>
                {
                    options.Interval = TimeSpan.FromMilliseconds(100);
                    options.RetentionInterval = TimeSpan.FromMilliseconds(100);
                });
            });
        await _silo.StartAsync(CancellationToken.None);
    }

    private sealed class SlowlyDeleting(IArtifactStore store) : IArtifactStore
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IArtifactNotes Notes => store.Notes;

        public async Task DeleteAsync(string address, DateTimeOffset? storedBefore = null, CancellationToken cancellationToken = default)
        {
            Begun.TrySetResult();
            await Go.Task;
            await store.DeleteAsync(address, storedBefore, cancellationToken);
        }

        public Task<Artifact> PutAsync(string folder, string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default) =>
            store.PutAsync(folder, name, sourcePath, mediaType, cancellationToken);

        public Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default) =>
            store.GetLocalPathAsync(artifact, cancellationToken);

        public Task<Stream> OpenAsync(Artifact artifact, CancellationToken cancellationToken = default) => store.OpenAsync(artifact, cancellationToken);

        public Task<Artifact> CopyAsync(Artifact artifact, string folder, CancellationToken cancellationToken = default) =>
            store.CopyAsync(artifact, folder, cancellationToken);

        public IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellationToken = default) =>
            store.ListAsync(folder, cancellationToken);

        public Task<ArtifactFolder> IdentifyAsync(CancellationToken cancellationToken = default) => store.IdentifyAsync(cancellationToken);
    }

    private ITaskStateGrain Grain(string task) => _silo!.Services.GetRequiredService<IGrainFactory>().GetGrain<ITaskStateGrain>(task);

    private Task<TaskReply> SendAsync(string task, TaskCommand command) => Grain(task).ExecuteAsync(OperationId.Create(TimeProvider.System), command);

    private Task<TaskSnapshot?> ReadAsync(string task) => Grain(task).ReadAsync();
}

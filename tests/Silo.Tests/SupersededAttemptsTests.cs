using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Files;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>What attempts stored that never completed goes after an hour, and nothing that a task refers to, or may refer to yet.</summary>
public sealed class SupersededAttemptsTests : IDisposable
{
    private static readonly TaskId Task1 = TaskId.Parse("task-1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-silo-tests-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow.AddHours(2));
    private readonly FolderArtifactStore _store;
    private readonly SupersededAttempts _attempts;
    private TaskState _state = new() { TaskId = Task1 };

    public SupersededAttemptsTests()
    {
        _store = new FolderArtifactStore(_folder.FullName);
        _attempts = new SupersededAttempts(_store, task => Task.FromResult(task == Task1 ? Snapshot() : null), _time);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ACompletedStageKeepsWhatItMadeAndFormerAttemptsGo()
    {
        var (kept, _, later) = (Put("work/3/out"), Put("work/2/out"), Put("work/4/out"));
        Complete(new StageState { Name = "work" }, kept);

        Assert.Equal(1, await SweepAsync());
        Assert.Equal([kept, later], Files());
    }

    [Fact]
    public async Task AStageAtWorkKeepsWhatItsLeaseCoversAndOneThatWaitsKeepsAll()
    {
        var (_, leased, member, waiting) = (Put("work/2/out"), Put("work/3/out"), Put("parts/scene-1/3/out"), Put("other/1/out"));
        Set(new StageState { Name = "work", Lease = new StageLease(new WorkerId("worker", Guid.Empty), 3, _time.GetUtcNow()) });
        Set(new StageState { Name = "parts:scene-1", Lease = new StageLease(new WorkerId("worker", Guid.Empty), 3, _time.GetUtcNow()) });
        Set(new StageState { Name = "other" });

        Assert.Equal(1, await SweepAsync());
        Assert.Equal([waiting, member, leased], Files());
    }

    /// <summary>An older activation may answer with an older state: nothing goes that a newer one may refer to.</summary>
    [Fact]
    public async Task WhatIsNewerThanTheStateIsNotJudged()
    {
        var (old, next) = (Put("work/3/out"), Put("work/5/out"));
        Set(new StageState { Name = "work", Lease = new StageLease(new WorkerId("worker", Guid.Empty), 3, _time.GetUtcNow()) });

        Assert.Equal(0, await SweepAsync());
        Assert.Equal([old, next], Files());
    }

    [Fact]
    public async Task WhatIsYoungerThanAnHourOrOfAnUnknownTaskOrNamedAnywhereStays()
    {
        var (named, kept) = (Put("work/1/out"), Put("work/3/out"));
        var foreign = "task-2/work/1/out";
        Write(foreign);
        Complete(new StageState { Name = "work" }, kept);
        _state = _state with { Result = Tasks.Json.JsonText.FromString($"see {named}") };
        Assert.Equal(0, await SweepAsync());
        Assert.Equal([named, kept, foreign], Files());

        _state = _state with { Result = null };
        _time.SetUtcNow(_time.GetUtcNow());
        File.SetLastWriteTimeUtc(_store.Resolve(named), _time.GetUtcNow().UtcDateTime.AddMinutes(-59));
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await SweepAsync());
        Assert.Equal([kept, foreign], Files());
    }

    private Task<int> SweepAsync() => _attempts.SweepAsync(TestContext.Current.CancellationToken);

    private void Set(StageState stage) => _state = _state with { Stages = _state.Stages.With(stage) };

    private void Complete(StageState stage, string address) =>
        Set(stage with { Status = RunStatus.Completed, Artifacts = ImmutableSortedDictionary<string, string>.Empty.Add("out", address) });

    private TaskSnapshot Snapshot() => new(1, "1", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(_state, TaskJson.Default.TaskState), 1);

    private string Put(string path)
    {
        Write($"{Task1}/{path}");
        return $"{Task1}/{path}";
    }

    private void Write(string address)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_store.Resolve(address))!);
        File.WriteAllText(_store.Resolve(address), "content");
    }

    private List<string> Files() => [.. _store.ListAsync("").ToBlockingEnumerable().Select(file => file.Address).Order(StringComparer.Ordinal)];
}

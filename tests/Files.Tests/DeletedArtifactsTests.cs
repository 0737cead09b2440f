using VideoGen.Tasks;

namespace VideoGen.Files.Tests;

public sealed class DeletedArtifactsTests : IDisposable
{
    private static readonly TaskId Task1 = TaskId.Parse("task-1");

    private readonly string _root = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
    private readonly DeletedArtifacts _deleted;
    private readonly MovedTime _time = new();

    public DeletedArtifactsTests() => _deleted = new DeletedArtifacts(new FolderArtifactStore(_root), _time);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task ADeletedTaskLeavesNothingAndOthersKeepTheirs()
    {
        Write("task-1/audio/scene-1/7/voice.wav");
        Write("task-10/audio/1/voice.wav");

        await _deleted.NoteAsync(Task1);
        await _deleted.RemoveAsync(Task1);

        Assert.Equal(["task-10/audio/1/voice.wav"], Files());
        await _deleted.RemoveAsync(Task1);
    }

    [Fact]
    public async Task WithoutANoteNothingIsTakenAway()
    {
        Write("task-1/a");
        await _deleted.RemoveAsync(Task1);
        await _deleted.NoteAsync(Task1);
        await _deleted.KeepAsync(Task1);
        await _deleted.RemoveAsync(Task1);

        Assert.Equal(["task-1/a"], Files());
    }

    /// <summary>Documents of all tasks stand in a folder that a task may be called like.</summary>
    [Fact]
    public async Task ATaskThatIsCalledLikeTheFolderOfDocumentsDoesNotTakeThemAlong()
    {
        Write($"{DeletedArtifacts.SharedFolder}/0123456789abcdef/document.md");
        var task = TaskId.Parse(DeletedArtifacts.SharedFolder);

        await _deleted.NoteAsync(task);
        await _deleted.RemoveAsync(task);

        Assert.Single(Files());
    }

    [Fact]
    public async Task ANoteIsLeftToItsMakerForAWhile()
    {
        Write("task-1/a");
        await _deleted.NoteAsync(Task1);

        _time.Offset = DeletedArtifacts.Grace - TimeSpan.FromMinutes(1);
        Assert.Empty(Forgotten());
        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        Assert.Equal(Task1, Assert.Single(Forgotten()).Task);
    }

    /// <summary>A stage was at work when its task was deleted, and stored what it had made after that.</summary>
    [Fact]
    public async Task WhatAStageStoresAfterTheDeletionGoesAnHourLater()
    {
        Write("task-1/a");
        await _deleted.NoteAsync(Task1);
        await _deleted.RemoveAsync(Task1);
        Write("task-1/work/7/late");

        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        await _deleted.ForgetAsync(Assert.Single(Forgotten()));

        Assert.Empty(Files());
        Assert.Empty(Forgotten());
    }

    /// <summary>A new task of the same name may be at work whose creation has not come through yet.</summary>
    [Fact]
    public async Task WhatANewTaskOfTheSameNameStoresLaterStays()
    {
        Write("task-1/a");
        Write("task-1/b");
        await _deleted.NoteAsync(Task1);
        File.SetLastWriteTimeUtc(Path.Combine(_root, "task-1/a"), DateTime.UtcNow.AddMinutes(30));

        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        await _deleted.ForgetAsync(Assert.Single(Forgotten()));

        Assert.Equal(["task-1/a"], Files());
    }

    private List<DeletedTask> Forgotten() => [.. _deleted.FindForgottenAsync().ToBlockingEnumerable()];

    private void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), "content");
    }

    private IEnumerable<string> Files() =>
        Directory.GetFiles(_root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_root, file)).Where(file => file[0] != '.');

    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Offset;
    }
}

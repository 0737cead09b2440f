using VideoGen.Tasks;

namespace VideoGen.Files.Tests;

public sealed class DeletedArtifactsTests : IDisposable
{
    private static readonly TaskId Task = TaskId.Parse("task-1");

    private readonly string _root = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
    private readonly DeletedArtifacts _deleted;
    private readonly MovedTime _time = new();

    public DeletedArtifactsTests() => _deleted = new DeletedArtifacts(_root, _time);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ADeletedTaskLeavesNothingAndOthersKeepTheirs()
    {
        Write("task-1/audio/scene-1/7/voice.wav");
        Write("task-10/audio/1/voice.wav");

        _deleted.Note(Task);
        _deleted.Remove(Task);

        Assert.Equal(["task-10/audio/1/voice.wav"], Files());
        _deleted.Remove(Task);
    }

    [Fact]
    public void WithoutANoteNothingIsTakenAway()
    {
        Write("task-1/a");
        _deleted.Remove(Task);
        _deleted.Note(Task);
        _deleted.Keep(Task);
        _deleted.Remove(Task);

        Assert.Equal(["task-1/a"], Files());
    }

    /// <summary>Documents of all tasks stand in a folder that a task may be called like.</summary>
    [Fact]
    public void ATaskThatIsCalledLikeTheFolderOfDocumentsDoesNotTakeThemAlong()
    {
        Write($"{DeletedArtifacts.SharedFolder}/0123456789abcdef/document.md");
        var task = TaskId.Parse(DeletedArtifacts.SharedFolder);

        _deleted.Note(task);
        _deleted.Remove(task);

        Assert.Single(Files());
    }

    [Fact]
    public void ARemovalThatDiedInBetweenIsFinishedByTheNextOne()
    {
        Write("task-1/a");
        _deleted.Note(Task);
        Directory.Move(Path.Combine(_root, "task-1"), Path.Combine(_root, ".deleted", $"task-1.{Guid.NewGuid():N}"));

        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        Assert.Equal([Task], _deleted.FindForgotten());
        _deleted.Remove(Task);

        Assert.Empty(Files());
        Assert.Empty(_deleted.FindForgotten());
    }

    [Fact]
    public void ANoteIsLeftToItsMakerForAWhile()
    {
        Write("task-1/a");
        _deleted.Note(Task);

        _time.Offset = DeletedArtifacts.Grace - TimeSpan.FromMinutes(1);
        Assert.Empty(_deleted.FindForgotten());
        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        Assert.Equal([Task], _deleted.FindForgotten());
    }

    /// <summary>A new task of the same name may be at work whose creation has not come through yet.</summary>
    [Fact]
    public void WhatChangedSinceTheNoteIsNotForgotten()
    {
        Write("task-1/a");
        _deleted.Note(Task);
        File.SetLastWriteTimeUtc(Path.Combine(_root, "task-1/a"), DateTime.UtcNow.AddMinutes(5));

        _time.Offset = DeletedArtifacts.Grace + TimeSpan.FromMinutes(1);
        Assert.Empty(_deleted.FindForgotten());
    }

    private void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), "content");
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_root, file));

    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Offset;
    }
}

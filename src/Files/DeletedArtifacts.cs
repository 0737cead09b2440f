using VideoGen.Tasks;

namespace VideoGen.Files;

/// <summary>
/// Takes away what deleted tasks have in the store. A deletion is noted before it is stored, so that a process that dies in between leaves behind what to look
/// for; without a note nothing is ever taken away, since a folder may serve several clusters, and none of them knows the tasks of the others.
/// </summary>
/// <param name="root">The folder of the artifact store.</param>
/// <param name="time">Tells how old a note is.</param>
public sealed class DeletedArtifacts(string root, TimeProvider time)
{
    /// <summary>Documents and pictures that tasks begin with, by their content; a task of this name has its artifacts beside them.</summary>
    public const string SharedFolder = "inputs";

    /// <summary>How old a note is before anybody but the one who made it acts on it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private const string NoteSuffix = ".note";

    private const int GuidLength = 32;

    private readonly string _notes = Path.Combine(Path.GetFullPath(root), ".deleted");

    /// <summary>Notes that the task is about to be deleted. Nothing happens where it has no artifacts.</summary>
    public void Note(TaskId task)
    {
        if (task.Value == SharedFolder || !Directory.Exists(FolderOf(task)))
        {
            return;
        }

        Directory.CreateDirectory(_notes);
        File.WriteAllBytes(NoteOf(task), []);
        DurableFile.SyncDirectory(_notes);
        DurableFile.SyncDirectory(Path.GetDirectoryName(_notes)!);
    }

    /// <summary>The task was not deleted after all.</summary>
    public void Keep(TaskId task)
    {
        if (Directory.Exists(_notes))
        {
            File.Delete(NoteOf(task));
        }
    }

    /// <summary>The task is deleted: its artifacts go, if that was noted. Safe to repeat after a crash at any point.</summary>
    public void Remove(TaskId task)
    {
        if (!File.Exists(NoteOf(task)))
        {
            return;
        }

        if (Directory.Exists(FolderOf(task)))
        {
            // In one step out of the reach of readers, and of a new task of the same name.
            Directory.Move(FolderOf(task), Path.Combine(_notes, $"{task}.{Guid.NewGuid():N}"));
        }

        // Those of a former call that died here too.
        foreach (var taken in new DirectoryInfo(_notes).EnumerateDirectories($"{task}.*"))
        {
            if (taken.Name.Length == task.Value.Length + 1 + GuidLength)
            {
                taken.Delete(recursive: true);
            }
        }

        File.Delete(NoteOf(task));
    }

    /// <summary>Tasks whose deletion was noted so long ago that whoever noted it is gone, and whose artifacts nobody has changed since.</summary>
    public IEnumerable<TaskId> FindForgotten()
    {
        if (!Directory.Exists(_notes))
        {
            yield break;
        }

        foreach (var note in new DirectoryInfo(_notes).EnumerateFiles("*" + NoteSuffix))
        {
            if (TaskId.TryParse(note.Name[..^NoteSuffix.Length], out var task, out _)
                && time.GetUtcNow() - note.LastWriteTimeUtc > Grace && !HasChangedSince(note.LastWriteTimeUtc, new DirectoryInfo(FolderOf(task))))
            {
                yield return task;
            }
        }
    }

    private static bool HasChangedSince(DateTime moment, DirectoryInfo folder) =>
        folder.Exists && folder.EnumerateFiles("*", SearchOption.AllDirectories).Any(file => file.LastWriteTimeUtc > moment);

    private string FolderOf(TaskId task) => Path.Combine(Path.GetDirectoryName(_notes)!, task.Value);

    private string NoteOf(TaskId task) => Path.Combine(_notes, task.Value + NoteSuffix);
}

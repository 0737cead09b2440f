using System.Runtime.CompilerServices;
using VideoGen.Tasks;

namespace VideoGen.Files;

/// <summary>
/// Takes away what deleted tasks have in the store. A deletion is noted before it is stored, so that a process that dies in between leaves behind what to look
/// for; without a note nothing is ever taken away, since a store may serve several clusters, and none of them knows the tasks of the others.
/// </summary>
/// <remarks>
/// The note stays for <see cref="Grace"/>: a stage that was at work when its task was deleted may store something after that, and what it stored goes then too.
/// </remarks>
/// <param name="store">Whose artifacts.</param>
/// <param name="time">Tells how old a note is.</param>
public sealed class DeletedArtifacts(IArtifactStore store, TimeProvider time)
{
    /// <summary>Documents and pictures that tasks begin with, by their content; a task of this name has its artifacts beside them.</summary>
    public const string SharedFolder = "inputs";

    /// <summary>How old a note is before anybody but the one who made it acts on it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>A stage that has lost its task stores nothing more after that.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMinutes(10);

    private const string Area = "deleted";

    /// <summary>Notes that the task is about to be deleted.</summary>
    public Task NoteAsync(TaskId task, CancellationToken cancellationToken = default) =>
        task.Value == SharedFolder ? Task.CompletedTask : store.Notes.WriteAsync(Area, task.Value, default, cancellationToken);

    /// <summary>The task was not deleted after all.</summary>
    public Task KeepAsync(TaskId task, CancellationToken cancellationToken = default) => store.Notes.DeleteAsync(Area, task.Value, cancellationToken);

    /// <summary>The task is deleted: its artifacts go, if that was noted. Safe to repeat after a crash at any point.</summary>
    public async Task RemoveAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        if (await store.Notes.ReadAsync(Area, task.Value, cancellationToken).ConfigureAwait(false) is not null)
        {
            await store.DeleteAsync(task.Value, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tasks whose deletion was noted so long ago that whoever noted it is gone. Whoever asks says of each whether the task is there still:
    /// <see cref="KeepAsync"/> or <see cref="ForgetAsync"/>.
    /// </summary>
    public async IAsyncEnumerable<DeletedTask> FindForgottenAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var note in store.Notes.ListAsync(Area, cancellationToken).ConfigureAwait(false))
        {
            if (TaskId.TryParse(note.Name, out var task, out _) && time.GetUtcNow() - note.Changed > Grace)
            {
                yield return new DeletedTask(task, note.Changed);
            }
        }
    }

    /// <summary>
    /// A task that was deleted long ago is not there: what it had goes, and the note. What was stored since then stays, since it is that of a new task of the
    /// same name.
    /// </summary>
    public async Task ForgetAsync(DeletedTask deleted, CancellationToken cancellationToken = default)
    {
        await store.DeleteAsync(deleted.Task.Value, deleted.NotedAt + LastWords, cancellationToken).ConfigureAwait(false);
        await KeepAsync(deleted.Task, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A task that somebody meant to delete.</summary>
/// <param name="Task">Which one.</param>
/// <param name="NotedAt">By the clock of the store.</param>
public readonly record struct DeletedTask(TaskId Task, DateTimeOffset NotedAt);

using VideoGen.Files;
using VideoGen.Grains.Activation;
using VideoGen.Tasks;

namespace VideoGen.Silo.Hosting;

/// <summary>The artifacts of deleted tasks, on threads of their own: a folder may be large, and a shared one slow.</summary>
internal sealed class ArtifactRemains(DeletedArtifacts artifacts) : ITaskRemains
{
    public Task NoteAsync(TaskId task) => Task.Run(() => artifacts.Note(task));

    public Task SettleAsync(TaskId task, bool isDeleted) => Task.Run(() =>
    {
        if (isDeleted)
        {
            artifacts.Remove(task);
        }
        else
        {
            artifacts.Keep(task);
        }
    });
}

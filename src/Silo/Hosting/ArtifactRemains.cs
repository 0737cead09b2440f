using VideoGen.Files;
using VideoGen.Grains.Activation;
using VideoGen.Tasks;

namespace VideoGen.Silo.Hosting;

/// <summary>The artifacts of deleted tasks, on threads of their own: a store may be large, and a shared one slow.</summary>
internal sealed class ArtifactRemains(DeletedArtifacts artifacts) : ITaskRemains
{
    public Task NoteAsync(TaskId task) => Task.Run(() => artifacts.NoteAsync(task));

    public Task SettleAsync(TaskId task, bool isDeleted) => Task.Run(() => isDeleted ? artifacts.RemoveAsync(task) : artifacts.KeepAsync(task));
}

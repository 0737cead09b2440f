using VideoGen.Tasks;

namespace VideoGen.Grains.Commit;

/// <summary>
/// Open while this silo is known not to reach its storage. Commands to the tasks on it are then answered at once instead of after a minute, reads get the last
/// durable state, and a silo that leaves for that reason does not wait for writes that cannot be done.
/// </summary>
/// <remarks>Whoever watches the storage opens and closes it, on any thread. A silo that nobody watches keeps it closed.</remarks>
public sealed class StorageCircuit
{
    private volatile string? _cause;
    private volatile bool _isLeaving;

    public bool IsOpen => _cause is not null;

    /// <summary>Whether this silo goes because of its storage. It stays so.</summary>
    public bool IsLeaving => _isLeaving;

    /// <param name="cause">What storage said last.</param>
    public void Open(string cause) => _cause = cause;

    public void Close() => _cause = null;

    public void Leave() => _isLeaving = true;

    /// <summary>What a command to the task is answered with right now; null while storage is not known to be away.</summary>
    internal TaskStorageException? Refusal(string taskId) => _cause is not { } cause
        ? null
        : new TaskStorageException(
            $"Task {taskId} is on a silo that does not reach its storage right now: {cause} Send the same operation again in a few seconds.",
            cause: cause);
}

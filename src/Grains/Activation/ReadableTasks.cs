using System.Collections.Concurrent;
using VideoGen.Grains.Commit;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Activation;

/// <summary>
/// The tasks of this silo that were read, for as long as they are active: any thread can read their durable states, beside the turns of their grains.
/// An activation that ends takes itself out before another one can begin.
/// </summary>
internal sealed class ReadableTasks
{
    private readonly ConcurrentDictionary<string, TaskCommitLoop> _loops = new(StringComparer.Ordinal);

    public void Add(string taskId, TaskCommitLoop loop) => _loops[taskId] = loop;

    public void Remove(string taskId, TaskCommitLoop loop) => _loops.TryRemove(new KeyValuePair<string, TaskCommitLoop>(taskId, loop));

    /// <summary>The last durable state of the task; null when only its grain can tell.</summary>
    public TaskSnapshot? Find(string taskId) => _loops.TryGetValue(taskId, out var loop) ? loop.SnapshotForAnyThread : null;
}

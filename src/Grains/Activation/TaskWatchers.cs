using System.Runtime.CompilerServices;
using VideoGen.Grains.Commit;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Activation;

/// <summary>Wakes those who watch a task. It holds no state of its own, so a slow watcher costs nothing and misses the states in between.</summary>
internal sealed class TaskWatchers
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many watch.</summary>
    public int Count { get; private set; }

    public void Wake()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    public async IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskCommitLoop loop, long afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = afterVersion;
        Count++;
        try
        {
            while (true)
            {
                var changed = _changed.Task;
                if (loop.Snapshot is not { } snapshot || loop.State is not { } state)
                {
                    yield break;
                }

                if (snapshot.Version > seen)
                {
                    seen = snapshot.Version;
                    yield return snapshot;
                }

                if (state.Status.IsFinished())
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Count--;
        }
    }
}

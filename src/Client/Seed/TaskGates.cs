using VideoGen.Tasks;

namespace VideoGen.Client.Seed;

/// <summary>
/// Lets the updates of one process to one task go one after the other, so that they do not fight over the version; correctness does not rest on it. A gate
/// exists only while an update is in it or waits for it.
/// </summary>
internal sealed class TaskGates
{
    private readonly Dictionary<TaskId, Gate> _gates = [];
    private readonly AsyncLocal<TaskId?> _inside = new();

    /// <summary>Waits for its turn, and runs the action. Within an update of the same task there is nothing to wait for.</summary>
    public async Task<T> RunAsync<T>(TaskId task, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        if (_inside.Value == task)
        {
            return await action().ConfigureAwait(false);
        }

        var gate = Enter(task);
        try
        {
            await gate.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                _inside.Value = task;
                return await action().ConfigureAwait(false);
            }
            finally
            {
                gate.Turn.Release();
            }
        }
        finally
        {
            Leave(task, gate);
        }
    }

    private Gate Enter(TaskId task)
    {
        lock (_gates)
        {
            if (!_gates.TryGetValue(task, out var gate))
            {
                _gates.Add(task, gate = new Gate());
            }

            gate.Users++;
            return gate;
        }
    }

    private void Leave(TaskId task, Gate gate)
    {
        lock (_gates)
        {
            if (--gate.Users == 0)
            {
                _gates.Remove(task);
                gate.Turn.Dispose();
            }
        }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }
}

using VideoGen.Tasks;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>A fault of the store for one task, until it is disposed of.</summary>
internal static class Faults
{
    public static IAsyncDisposable BeforeWrite(MemoryTaskStore store, TaskId task, Func<Task> fault)
    {
        store.BeforeWrite[task.Value] = fault;
        return new Ending(() => store.BeforeWrite.TryRemove(task.Value, out _));
    }

    public static IAsyncDisposable AfterWrite(MemoryTaskStore store, TaskId task, Func<Task> fault)
    {
        store.AfterWrite[task.Value] = fault;
        return new Ending(() => store.AfterWrite.TryRemove(task.Value, out _));
    }

    private sealed class Ending(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}

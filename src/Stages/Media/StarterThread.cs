using System.Collections.Concurrent;

namespace VideoGen.Stages.Media;

/// <summary>
/// The thread that starts programs; it lives as long as this process. To the kernel, the parent of a program is the thread that started it, and threads
/// of the pool end whenever there is little to do: a program that is to end with its parent would end with them.
/// </summary>
internal static class StarterThread
{
    private static readonly BlockingCollection<Task> Starts = Begin();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var task = new Task<T>(start, TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(task);
        return task;
    }

    private static BlockingCollection<Task> Begin()
    {
        var starts = new BlockingCollection<Task>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start.RunSynchronously();
            }
        })
        {
            IsBackground = true,
            Name = "Program starter",
        };
        thread.Start();
        return starts;
    }
}

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>
/// Bounds of what is promised to be soon. They are counted in short waits and not by the clock: while the whole machine stands still no time passes for this
/// process, as none passes for the one that it waits for.
/// </summary>
internal static class Bound
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <param name="task">That is to come to its end.</param>
    /// <param name="most">How long it may take.</param>
    /// <param name="words">What to say else.</param>
    public static async Task WithinAsync(this Task task, TimeSpan most, Func<string> words)
    {
        for (var waited = TimeSpan.Zero; !task.IsCompleted; waited += Step)
        {
            if (waited >= most)
            {
                Assert.Fail($"It was not over after {most.TotalSeconds:0} s: {words()}");
            }

            await Task.WhenAny(task, Task.Delay(Step, CancellationToken.None));
        }

        await task;
    }

    /// <inheritdoc cref="WithinAsync"/>
    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan most, Func<string> words)
    {
        await ((Task)task).WithinAsync(most, words);
        return await task;
    }
}

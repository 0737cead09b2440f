using System.Runtime.CompilerServices;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>Waiting with a timeout that names what did not happen.</summary>
internal static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task Happens(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It did not happen within {Patience.TotalSeconds} s that {what}.");
        }
    }

    public static async Task<T> Happens<T>(this Task<T> task, string what)
    {
        await ((Task)task).Happens(what);
        return await task;
    }

    /// <summary>Looks again and again.</summary>
    public static async Task Holds(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Patience, $"It did not become true within {Patience.TotalSeconds} s that {what}.");
            await Task.Delay(25);
        }
    }
}

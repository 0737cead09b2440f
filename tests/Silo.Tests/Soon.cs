namespace VideoGen.Silo.Tests;

/// <summary>Bounds of time that a machine which stands still for a while does not break.</summary>
internal static class Soon
{
    /// <summary>Counts steps of 50 ms: a standstill of seconds is one of them, and what is really late takes all.</summary>
    public static async Task HappensWithin(this Task task, TimeSpan most, string what)
    {
        var step = TimeSpan.FromMilliseconds(50);
        for (var steps = 0; !task.IsCompleted; steps++)
        {
            Assert.True(steps * step < most, $"It did not happen within {most.TotalSeconds} s that {what}.");
            await Task.WhenAny(task, Task.Delay(step, CancellationToken.None));
        }

        await task;
    }
}

using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Stages.Tests.Media;

internal static class PassingTime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    /// <summary>Lets the bounds of a run pass, one after the other, however fast the machine is.</summary>
    public static async Task PassUntilEndOfAsync(this FakeTimeProvider time, Task running, TimeSpan? atMost = null)
    {
        for (var passed = TimeSpan.Zero; !running.IsCompleted; passed += Step)
        {
            if (atMost is null || passed < atMost)
            {
                time.Advance(Step);
            }

            await Task.WhenAny(running, Task.Delay(20, TestContext.Current.CancellationToken));
        }
    }
}

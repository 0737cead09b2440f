using System.Diagnostics;

namespace VideoGen.Benchmarks.Load;

/// <summary>Callers each of which sends its next call when the last one was answered. The numbers of their calls go on over the rounds.</summary>
/// <param name="callers">How many.</param>
/// <param name="call">Makes one call, given the caller and the number of its call; done when it is acknowledged.</param>
internal sealed class ClosedLoop(int callers, Func<int, long, Task> call)
{
    private readonly long[] _made = new long[callers];

    /// <summary>What a caller waits between an answer and its next call.</summary>
    public TimeSpan Pause { get; init; }

    public async Task<Sample> RunAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller, started, duration))));
        return new Sample(latencies.SelectMany(list => list), Stopwatch.GetElapsedTime(started));
    }

    private async Task<List<double>> CallAsync(int caller, long started, TimeSpan duration)
    {
        var microseconds = new List<double>();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            await call(caller, ++_made[caller]);
            microseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
            if (Pause > TimeSpan.Zero)
            {
                await Task.Delay(Pause);
            }
        }

        return microseconds;
    }
}

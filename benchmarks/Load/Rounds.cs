namespace VideoGen.Benchmarks.Load;

/// <summary>Rounds of all contenders in turn (A B C, A B C, …), so that whatever else the machine does hits all of them alike.</summary>
internal sealed record Rounds(int Count, TimeSpan Length)
{
    /// <summary>Rounds that are not counted: a silo that has been up for a while runs compiled and optimized code.</summary>
    private const int WarmUp = 3;

    public Task<Sample[][]> MeasureAsync(params Func<TimeSpan, Task<Sample>>[] contenders) => MeasureEachAsync(contenders);

    public async Task<T[][]> MeasureEachAsync<T>(params Func<TimeSpan, Task<T>>[] contenders)
    {
        var samples = contenders.Select(_ => new T[Count]).ToArray();
        for (var round = -WarmUp; round < Count; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                GC.Collect();
                var sample = await contenders[i](Length);
                if (round >= 0)
                {
                    samples[i][round] = sample;
                }
            }
        }

        return samples;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

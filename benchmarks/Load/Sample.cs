namespace VideoGen.Benchmarks.Load;

/// <summary>What one round of one contender gave: how many calls were acknowledged, in what time, and how long each took.</summary>
internal sealed class Sample
{
    private readonly double[] _sortedMicroseconds;

    public Sample(IEnumerable<double> microseconds, TimeSpan elapsed)
    {
        _sortedMicroseconds = [.. microseconds.Order()];
        Elapsed = elapsed;
    }

    public TimeSpan Elapsed { get; }

    public int Count => _sortedMicroseconds.Length;

    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double P50 => Percentile(0.50);

    public double P99 => Percentile(0.99);

    private double Percentile(double share) =>
        Count == 0 ? double.NaN : _sortedMicroseconds[Math.Min(Count - 1, (int)(share * Count))];
}

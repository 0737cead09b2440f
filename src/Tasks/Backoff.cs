namespace VideoGen.Tasks;

/// <summary>
/// How long to wait before something is tried again: each wait is the one before times a factor, up to a bound, and is drawn around that length. Callers that
/// failed together, as when a silo died, so do not come back together.
/// </summary>
/// <param name="First">The nominal wait after the first attempt.</param>
/// <param name="Max">The longest nominal wait.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Max)
{
    /// <summary>Each further wait is the one before times this.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>A wait is drawn evenly from (1 - jitter) to (1 + jitter) times its nominal length.</summary>
    public double Jitter { get; init; } = 0.5;

    /// <summary>The wait after that attempt, the first being 1. Pure: <paramref name="draw"/> in [0, 1) is the randomness.</summary>
    public TimeSpan After(int attempt, double draw)
    {
        var nominal = Math.Min(Max.TotalSeconds, First.TotalSeconds * Math.Pow(Factor, Math.Max(0, attempt - 1)));
        return TimeSpan.FromSeconds(nominal * (1 - Jitter + (2 * Jitter * draw)));
    }

    /// <summary>Waits as long as that.</summary>
    public Task WaitAsync(int attempt, Random random, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Task.Delay(After(attempt, random.NextDouble()), time, cancellationToken);
    }
}

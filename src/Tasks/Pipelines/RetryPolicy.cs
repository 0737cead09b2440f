using System.Collections.Immutable;

namespace VideoGen.Tasks.Pipelines;

/// <summary>How often, and how soon, a failed attempt of a stage is tried again.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.RetryPolicy")]
public sealed record RetryPolicy
{
    public static RetryPolicy Default { get; } = new();

    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>Attempts in all, the first one included.</summary>
    [Id(0)] public int MaxAttempts { get; init; } = 3;

    [Id(1)] public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Each further delay is the one before times this.</summary>
    [Id(2)] public double Factor { get; init; } = 2;

    [Id(3)] public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A delay is drawn evenly from (1 - jitter) to (1 + jitter) times its nominal length.</summary>
    [Id(4)] public double Jitter { get; init; } = 0.5;

    /// <summary>Error codes that are never tried again, whatever the number of attempts.</summary>
    [Id(5)] public ImmutableArray<string> NonRetryableCodes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The delay before attempt <paramref name="attempt"/> + 1. Pure: <paramref name="draw"/> in [0, 1) is the randomness.</summary>
    public TimeSpan DelayAfter(int attempt, double draw) => new Backoff(FirstDelay, MaxDelay) { Factor = Factor, Jitter = Jitter }.After(attempt, draw);

    public bool Equals(RetryPolicy? other) =>
        other is not null && MaxAttempts == other.MaxAttempts && FirstDelay == other.FirstDelay && Factor.Equals(other.Factor)
        && MaxDelay == other.MaxDelay && Jitter.Equals(other.Jitter) && NonRetryableCodes.AsSpan().SequenceEqual(other.NonRetryableCodes.AsSpan());

    public override int GetHashCode() => HashCode.Combine(MaxAttempts, FirstDelay, Factor, MaxDelay, Jitter);
}

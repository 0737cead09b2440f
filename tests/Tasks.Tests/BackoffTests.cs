namespace VideoGen.Tasks.Tests;

public sealed class BackoffTests
{
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(5, 1_600)]
    [InlineData(6, 2_000)]
    [InlineData(1_000_000, 2_000)]
    public void AWaitIsDrawnAroundItsNominalLength(int attempt, double milliseconds)
    {
        Assert.Equal(milliseconds / 2, Waits.After(attempt, 0).TotalMilliseconds, 3);
        Assert.Equal(milliseconds, Waits.After(attempt, 0.5).TotalMilliseconds, 3);
        Assert.Equal(milliseconds * 1.5, Waits.After(attempt, 0.999_999_999).TotalMilliseconds, 3);
    }

    [Fact]
    public void WithoutJitterADrawChangesNothing() => Assert.Equal(TimeSpan.FromMilliseconds(300), (Waits with { Factor = 3, Jitter = 0 }).After(2, 0.9));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void AnAttemptBeforeTheFirstCountsAsTheFirst(int attempt) => Assert.Equal(Waits.After(1, 0.3), Waits.After(attempt, 0.3));
}

namespace VideoGen.Silo.Access;

/// <summary>
/// How many requests each caller may make in a second. There are as many buckets as there are, however many callers there may be: two that fall into the same
/// one share it, and nobody can tell beforehand who they are.
/// </summary>
/// <param name="perSecond">What each may do in the long run; 0 for no bound.</param>
/// <param name="burst">What each may do at once.</param>
/// <param name="time">Fills the buckets.</param>
internal sealed class Buckets(double perSecond, double burst, TimeProvider time)
{
    private const int Count = 4_096;

    private readonly Bucket[] _buckets = Create(burst);

    /// <param name="who">The caller.</param>
    /// <param name="retryAfter">When there is room again.</param>
    public bool TryTake(string who, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (perSecond <= 0)
        {
            return true;
        }

        // The hash of a text is another one in each process.
        var bucket = _buckets[(uint)who.GetHashCode(StringComparison.Ordinal) % Count];
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Left = Math.Min(burst, bucket.Left + (bucket.FilledAt == 0 ? 0 : time.GetElapsedTime(bucket.FilledAt, now).TotalSeconds * perSecond));
            bucket.FilledAt = now;
            if (bucket.Left >= 1)
            {
                bucket.Left--;
                return true;
            }

            retryAfter = TimeSpan.FromSeconds((1 - bucket.Left) / perSecond);
            return false;
        }
    }

    private static Bucket[] Create(double burst) => [.. Enumerable.Range(0, Count).Select(_ => new Bucket { Left = burst })];

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long FilledAt { get; set; }
    }
}

namespace VideoGen.Grains.Commit;

/// <summary>How a task deals with storage that fails or that others write to as well.</summary>
public sealed class CommitOptions
{
    /// <summary>Writes of one batch, the first included, before its callers hear that it failed.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>
    /// The delay before the second attempt; each further one is twice as long, and drawn from half to one and a half of that. A loser of a conflict that comes
    /// back sooner takes the record from the winner before the winner has used it, and the two only hinder each other.
    /// </summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(25);

    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Buffered progress is written by itself at most this often.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);
}

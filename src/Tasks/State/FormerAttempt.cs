namespace VideoGen.Tasks.State;

/// <summary>An attempt at a stage that is over and did not complete it.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="Worker">The name of the worker that had it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When the task learned that it is over.</param>
/// <param name="End">One of the constants here. A text, so that a program which does not know an end of a newer one reads the task all the same.</param>
/// <param name="Why">For a person; null where the end says all.</param>
public sealed record FormerAttempt(int Attempt, string Worker, DateTimeOffset? StartedAt, DateTimeOffset EndedAt, string End, string? Why)
{
    /// <summary>It failed, or took longer than it may.</summary>
    public const string Failed = "failed";

    /// <summary>Nothing was heard of its worker for as long as its lease held.</summary>
    public const string Lost = "lost";

    /// <summary>Given back because the task was paused, or because its worker stopped or was started again.</summary>
    public const string Released = "released";

    /// <summary>Its worker could not do it, for a reason that is the worker's; it counts for nothing.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>It was interrupted by a person, or by the end of the task.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Attempts of a stage that are remembered: the newest.</summary>
    public const int MaxKept = 8;

    /// <summary>Characters of <see cref="Why"/>; what is longer is cut.</summary>
    public const int MaxWhy = 300;
}

using VideoGen.Tasks;

namespace VideoGen.Client.Stages;

/// <summary>A stage could not do its work. The message is shown to the person who asked for the task: what happened, and what to do.</summary>
public sealed class StageFailedException : Exception
{
    /// <param name="code">A short stable name, such as <c>document.empty</c> or <c>ffmpeg.failed</c>.</param>
    /// <param name="message">One or two sentences for a person.</param>
    /// <param name="retryable">Whether another attempt could end better.</param>
    public StageFailedException(string code, string message, bool retryable = false, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Retryable = retryable;
    }

    public string Code { get; }

    public bool Retryable { get; }

    /// <summary>
    /// Whether this machine lacks what this very stage needs, such as its voice, and another one may have it: the stage is handed back for another worker then,
    /// and the attempt does not count. What a kind needs always belongs into <see cref="IStage.CheckNeedsAsync"/>.
    /// </summary>
    public bool IsLackOfWorker { get; init; }

    /// <summary>
    /// Whom the stage asked is too busy and wants to be asked again after this, at most <see cref="Limits.MaxRetryAfter"/>; null for any other failure. The
    /// attempt does not count then, the stage waits, and the limits that it names rest for that time, so that no other stage asks before.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The only limit of the stage that rests; null for all that it names.</summary>
    public string? RestingLimit { get; init; }
}

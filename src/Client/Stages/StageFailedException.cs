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
}

namespace VideoGen.Client.Tasks;

/// <summary>So many stages wait in a queue that it takes no new tasks now. Nothing of the task was stored.</summary>
/// <param name="message">Which queue is full, of which task, and when to come again.</param>
/// <param name="retryAfter">When there may be room.</param>
public sealed class QueueFullException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter => retryAfter;
}

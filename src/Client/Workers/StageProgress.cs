using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Workers;

/// <summary>The newest report of a stage. A stage that reports often is thinned out here: the sender takes only the newest.</summary>
internal sealed class StageProgress
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = NewSource();
    private double _fraction;
    private string? _message;
    private long _sequence;

    /// <summary>The newest, to go along with the end of the attempt; null when the stage said nothing.</summary>
    public LastProgress? Last
    {
        get
        {
            lock (_lock)
            {
                return _sequence == 0 ? null : new LastProgress(_sequence, _fraction, _message);
            }
        }
    }

    /// <summary>The message is cut here already, so that no end of an attempt is refused for the length of what was said before it.</summary>
    public void Note(double fraction, string message)
    {
        var text = MessageText.Cut(message ?? "");
        lock (_lock)
        {
            _fraction = Math.Max(_fraction, double.IsNaN(fraction) ? 0 : fraction);
            _message = text;
            _sequence++;
            _news.TrySetResult();
        }
    }

    /// <summary>
    /// Waits until there are news, or for that long: nothing new is a report as well, it says that the stage still is at work. Ends without an exception when
    /// the token is cancelled, since most attempts end that way.
    /// </summary>
    public async Task WaitForNewsAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        Task news;
        lock (_lock)
        {
            news = _news.Task;
        }

        await news.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The newest, and its number in the row of all that was noted.</summary>
    public (double Fraction, string? Message, long Sequence) Take()
    {
        lock (_lock)
        {
            _news = _news.Task.IsCompleted ? NewSource() : _news;
            return (_fraction, _message, _sequence);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

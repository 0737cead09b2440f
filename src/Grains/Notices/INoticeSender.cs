using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Notices;

/// <summary>How notices leave a silo.</summary>
public interface INoticeSender
{
    /// <summary>Sends a notice once, within a bounded time. It does not throw for what the subscriber or the network does.</summary>
    Task<NoticeAnswer> SendAsync(Webhook webhook, NoticeMessage message);
}

public enum NoticeOutcome
{
    /// <summary>The subscriber took it.</summary>
    Told,

    /// <summary>It did not, or nobody knows; it is to be told again.</summary>
    Failed,

    /// <summary>The subscriber says that it is gone for good.</summary>
    Gone,

    /// <summary>Nothing was sent: too many notices are on their way to the same subscriber.</summary>
    NotTried,
}

/// <summary>What came of one sending.</summary>
/// <param name="Outcome">In a word.</param>
/// <param name="Problem">In a sentence; null when it was told.</param>
/// <param name="RetryAfter">How long the subscriber asked to wait; null for nothing.</param>
public sealed record NoticeAnswer(NoticeOutcome Outcome, string? Problem = null, TimeSpan? RetryAfter = null);

/// <summary>Of a silo that sends nothing: what is to be told waits for one that does.</summary>
internal sealed class NoSender : INoticeSender
{
    private static readonly NoticeAnswer Never = new(NoticeOutcome.NotTried, "This silo sends no notices.");

    public Task<NoticeAnswer> SendAsync(Webhook webhook, NoticeMessage message) => Task.FromResult(Never);
}

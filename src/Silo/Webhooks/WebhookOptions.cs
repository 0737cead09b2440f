namespace VideoGen.Silo.Webhooks;

/// <summary>How this silo sends notices.</summary>
/// <param name="AllowPrivate">
/// Whether they may go to addresses that are not those of the Internet, and by HTTP without TLS. The operator of the silo says so, and no subscription.
/// </param>
internal sealed record WebhookOptions(bool AllowPrivate)
{
    /// <summary>From the name's resolution to the last byte that is read of the answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Notices that are on their way from a silo to one subscriber at the same time; one that is slow takes no more.</summary>
    public const int MaxOnTheWay = 8;

    /// <summary>Bytes that are read of an answer, so that its connection can be used again. After more it is closed.</summary>
    public const int MaxAnswerBytes = 4 * 1024;

    /// <summary>Kibibytes of the headers of an answer.</summary>
    public const int MaxAnswerHeaders = 16;
}

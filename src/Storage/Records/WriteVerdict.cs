namespace VideoGen.Storage.Records;

/// <summary>What became of one write of a batch; each write has its own.</summary>
internal abstract record WriteVerdict
{
    private WriteVerdict()
    {
    }

    /// <summary>It is durable.</summary>
    /// <param name="ETag">Of the record now; null when it was deleted.</param>
    public sealed record Stored(string? ETag) : WriteVerdict;

    /// <summary>The record was not what the writer took it for; nothing changed.</summary>
    /// <param name="StoredETag">The one that it has; null when there is no record.</param>
    public sealed record Conflict(string? StoredETag) : WriteVerdict;

    /// <summary>It failed by itself, while the others of the batch did not. Whether it took effect may be unknown.</summary>
    public sealed record Failed(Exception Exception) : WriteVerdict;

    public static WriteVerdict Deleted { get; } = new Stored((string?)null);
}

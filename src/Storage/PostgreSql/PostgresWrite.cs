using System.IO.Hashing;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>One write of a batch, as it goes to the server.</summary>
/// <param name="Number">What the statements call it in their answers.</param>
/// <param name="Write">What is to be written.</param>
internal sealed record PostgresWrite(int Number, RecordWrite Write)
{
    /// <summary>The new ETag; null for a deletion.</summary>
    public string? ETag { get; init; }

    /// <summary>The body as a whole; null where the base in the row stays, and for a deletion.</summary>
    public byte[]? Base { get; init; }

    /// <summary>What makes the body out of the base in the row; null where the base is the body.</summary>
    public byte[]? Changes { get; init; }

    /// <summary>Of the key, the base and the changes.</summary>
    public long Checksum { get; init; }

    public StoredSchedule Schedule { get; init; }

    /// <summary>Whether nothing but the columns of a small change differs: lists, queues and clocks find the task as before.</summary>
    public bool IsSmall { get; init; }

    /// <summary>The base that the changes are of.</summary>
    public DeltaBase? Known { get; init; }

    /// <summary>The state of the checksum after key and base, where the base is written.</summary>
    public XxHash3? Hash { get; init; }
}

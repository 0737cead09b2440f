using System.Text.Json;

namespace VideoGen.Storage.AzureTables;

/// <summary>What is done to an entity.</summary>
internal enum TableChange
{
    /// <summary>It must not exist.</summary>
    Insert,

    /// <summary>It must have the ETag.</summary>
    Replace,

    /// <summary>Whatever was there before.</summary>
    Upsert,

    /// <summary>It must have the ETag.</summary>
    Delete,
}

/// <summary>One operation on one entity.</summary>
/// <param name="Change">What is done.</param>
/// <param name="Partition">The key of the partition.</param>
/// <param name="Row">The key of the row.</param>
/// <param name="ETag">The condition of a replacement or deletion.</param>
/// <param name="WriteProperties">Writes what the entity holds besides its keys; null for a deletion.</param>
internal sealed record TableOperation(TableChange Change, string Partition, string Row, string? ETag, Action<Utf8JsonWriter>? WriteProperties)
{
    /// <summary>The condition of a deletion that has none.</summary>
    public const string AnyETag = "*";
}

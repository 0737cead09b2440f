namespace VideoGen.Files;

/// <summary>
/// Small texts that stand beside the artifacts of a store and can't be taken for any: each has an area and a name, both plain names. The last writer wins.
/// </summary>
public interface IArtifactNotes
{
    /// <summary>The most bytes of a note.</summary>
    const int MaxLength = 256 * 1024;

    /// <summary>Durable when this returns.</summary>
    Task WriteAsync(string area, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Null where there is none.</summary>
    Task<byte[]?> ReadAsync(string area, string name, CancellationToken cancellationToken = default);

    /// <summary>All notes of an area, in no order.</summary>
    IAsyncEnumerable<ArtifactNote> ListAsync(string area, CancellationToken cancellationToken = default);

    /// <summary>Nothing happens where there is none.</summary>
    Task DeleteAsync(string area, string name, CancellationToken cancellationToken = default);
}

/// <summary>A note, without its text.</summary>
/// <param name="Name">Within its area.</param>
/// <param name="Changed">When it was written, by the clock of the store.</param>
public readonly record struct ArtifactNote(string Name, DateTimeOffset Changed);

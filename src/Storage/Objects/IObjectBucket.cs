namespace VideoGen.Storage.Objects;

/// <summary>
/// A store of named objects, as vendors have it. Whatever goes wrong is an <see cref="IOException"/> with one sentence that names the store and says what to
/// do, without secrets; what may pass by itself was tried again by then.
/// </summary>
internal interface IObjectBucket
{
    /// <summary>What a person calls it: <c>s3://bucket</c>.</summary>
    string Place { get; }

    /// <summary>Null where there is none.</summary>
    Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a file in pieces, of which only those are sent again that did not arrive. The object is there whole, or not at all. False where there is one
    /// already, if the store can tell.
    /// </summary>
    /// <exception cref="IOException">The store cannot be used, or the bytes of the file are not those of the hash any more.</exception>
    Task<bool> TryUploadAsync(string key, string path, FileContent content, CancellationToken cancellationToken);

    /// <summary>The bytes from an offset to the end; the caller reads on from another offset where they break off.</summary>
    Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken);

    /// <summary>Makes a second object of the same bytes, within the store.</summary>
    Task CopyAsync(string source, string target, CancellationToken cancellationToken);

    /// <summary>The objects whose keys begin so. Hashes are not among what is told of them.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Nothing happens where there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes a small object as a whole.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="isNew">Whether nothing happens where there is one already, if the store can tell.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WriteAsync(string key, ReadOnlyMemory<byte> content, bool isNew, CancellationToken cancellationToken);
}

/// <summary>What a store says of an object.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Changed">By the clock of the store.</param>
/// <param name="Sha256">As it was hashed when it was sent; null where that is not known.</param>
internal sealed record StoredObject(string Key, long Length, DateTimeOffset Changed, string? Sha256 = null);

/// <summary>What a file to send holds.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="MediaType">For example <c>video/mp4</c>.</param>
internal sealed record FileContent(long Length, string Sha256, string MediaType)
{
    /// <summary>The name under which stores keep the hash beside the bytes.</summary>
    public const string HashKey = "sha256";

    /// <summary>What is at most sent in one piece.</summary>
    public const int PieceLength = 8 * 1024 * 1024;
}

using VideoGen.Tasks.State;

namespace VideoGen.Files;

/// <summary>Where stages keep the files that they make. Files are immutable once stored.</summary>
public interface IArtifactStore
{
    /// <summary>
    /// Moves the file at <paramref name="sourcePath"/> to <c>folder/name</c>. It is complete and durable under that name, or not there at all.
    /// </summary>
    /// <param name="folder">A relative folder of plain names, separated by <c>/</c>.</param>
    /// <param name="name">A plain file name.</param>
    /// <param name="sourcePath">The finished file; it is gone afterwards.</param>
    /// <param name="mediaType">For example <c>video/mp4</c>.</param>
    /// <param name="cancellationToken">Ends the copy; nothing is stored then.</param>
    /// <exception cref="ArgumentException">The folder or the name would leave the store.</exception>
    Task<Artifact> PutAsync(string folder, string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default);

    /// <summary>
    /// A local file with the bytes of the artifact; length and SHA-256 are checked. Whoever asked only reads it, and may count on it for an hour.
    /// </summary>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored.</exception>
    Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default);

    /// <summary>
    /// The bytes of the artifact, as a stream that can seek: a part of it costs what the part costs. Length and hash are compared with what the store says of
    /// the file before any byte is given away; a store that has not hashed the bytes itself hashes them when they are read from the beginning to the end.
    /// </summary>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored.</exception>
    Task<Stream> OpenAsync(Artifact artifact, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same bytes under the same name in another folder, where they stay whatever becomes of the first ones. They are not sent through this process.
    /// </summary>
    /// <returns>The artifact at its new address.</returns>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored; nothing is at the new address then.</exception>
    Task<Artifact> CopyAsync(Artifact artifact, string folder, CancellationToken cancellationToken = default);

    /// <summary>The files below a folder, in no order; all of them for an empty one. What is stored or deleted meanwhile may be left out.</summary>
    IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellationToken = default);

    /// <summary>Deletes the file of that address, and all files below it. Nothing happens where there are none.</summary>
    /// <param name="address">Of a file or a folder.</param>
    /// <param name="storedBefore">What was stored since stays; null for nothing.</param>
    /// <param name="cancellationToken">Ends it in between.</param>
    Task DeleteAsync(string address, DateTimeOffset? storedBefore = null, CancellationToken cancellationToken = default);

    /// <summary>Small texts beside the artifacts, for those who look after the store.</summary>
    IArtifactNotes Notes { get; }

    /// <summary>Tells this store from others, so that processes that do not share it notice.</summary>
    /// <exception cref="IOException">The store cannot be used.</exception>
    Task<ArtifactFolder> IdentifyAsync(CancellationToken cancellationToken = default);
}

/// <summary>A file of an artifact store.</summary>
/// <param name="Address">As in <see cref="Artifact.Uri"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Changed">When it was stored, by the clock of the store.</param>
public readonly record struct StoredFile(string Address, long Length, DateTimeOffset Changed);

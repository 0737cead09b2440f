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

    /// <summary>A local file with the bytes of the artifact; length and SHA-256 are checked.</summary>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored.</exception>
    Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default);

    /// <summary>Tells this store from others, so that processes that do not share it notice; null for a store that cannot be told from others.</summary>
    /// <exception cref="IOException">The store cannot be used.</exception>
    ArtifactFolder? Identify() => null;
}

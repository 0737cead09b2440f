using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The artifact store as this silo sees it: a folder to read from, or none when the silo cannot reach the store.</summary>
internal sealed class ArtifactFolder(string? root)
{
    private readonly FolderArtifactStore? _store = root is null ? null : new FolderArtifactStore(root);

    /// <summary>
    /// The bytes of an artifact, or null: no store, no such file, or an address that leaves the store. Addresses come from task states, and any caller who may
    /// save a task can write those; so may hashes be of other bytes. The store checks both before it gives anything away.
    /// </summary>
    /// <exception cref="ArtifactException">The file is there, and is not what was stored.</exception>
    public async Task<FileStream?> OpenAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return null;
        }

        try
        {
            return await _store.OpenAsync(artifact, cancellationToken);
        }
        catch (Exception exception) when (exception is ArgumentException or ArtifactException { Code: ArtifactException.Missing })
        {
            return null;
        }
    }
}

using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The artifacts as this silo sees them; none when it cannot reach their store.</summary>
internal sealed class ServedArtifacts(IArtifactStore? store)
{
    /// <summary>Null when this silo cannot reach it.</summary>
    public IArtifactStore? Store => store;

    /// <summary>
    /// The bytes of an artifact, or null: no store, no such file, or an address that leaves the store. Addresses come from task states, and any caller who may
    /// save a task can write those; so may hashes be of other bytes. The store checks both before it gives anything away.
    /// </summary>
    /// <exception cref="ArtifactException">The file is there, and is not what was stored.</exception>
    /// <exception cref="IOException">The store cannot be used now.</exception>
    public async Task<Stream?> OpenAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return null;
        }

        try
        {
            return await store.OpenAsync(artifact, cancellationToken);
        }
        catch (Exception exception) when (exception is ArgumentException or ArtifactException { Code: ArtifactException.Missing })
        {
            return null;
        }
    }
}

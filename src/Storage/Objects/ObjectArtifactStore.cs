using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Objects;

/// <summary>Artifacts in an object store. An object is written once, under the address of its artifact, with its hash beside it.</summary>
/// <remarks>
/// Each address owns its bytes: an object store has no second names for one object, and to count references would need a moment at which nobody stores or
/// deletes. So a copy is one, made within the store, and to delete a task is to delete what begins with its name.
/// </remarks>
internal sealed class ObjectArtifactStore(IObjectBucket bucket, string prefix, LocalCopies copies) : IArtifactStore
{
    private const string IdentityName = ".identity";

    private const int BufferLength = 1 << 18;

    /// <summary>Deletions under way at the same time.</summary>
    private const int DeletesAtOnce = 8;

    public IArtifactNotes Notes { get; } = new ObjectNotes(bucket, prefix);

    private string Place => prefix.Length == 0 ? bucket.Place : $"{bucket.Place}/{prefix.TrimEnd('/')}";

    public async Task<Artifact> PutAsync(string folder, string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default)
    {
        var uri = $"{folder}/{name}";
        var key = KeyOf(uri);
        var (length, sha256) = await HashAsync(sourcePath, cancellationToken).ConfigureAwait(false);
        var artifact = new Artifact(name, uri, length, sha256, mediaType);
        await UploadAsync(key, sourcePath, artifact, cancellationToken).ConfigureAwait(false);

        try
        {
            // The next stage is often done by the same machine.
            await copies.AddAsync(artifact, sourcePath, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is stored; the copy would only have saved a download.
            File.Delete(sourcePath);
        }

        return artifact;
    }

    public async Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        await CheckAsync(artifact, cancellationToken).ConfigureAwait(false);
        if (await copies.FindAsync(artifact, cancellationToken).ConfigureAwait(false) is { } here)
        {
            return here;
        }

        var path = copies.NewPath();
        try
        {
            await using (var body = new ObjectStream(bucket, KeyOf(artifact.Uri), artifact))
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength, FileOptions.Asynchronous))
            {
                await body.CopyToAsync(file, BufferLength, cancellationToken).ConfigureAwait(false);
            }

            return await copies.AddAsync(artifact, path, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public async Task<Stream> OpenAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        await CheckAsync(artifact, cancellationToken).ConfigureAwait(false);
        return new ObjectStream(bucket, KeyOf(artifact.Uri), artifact);
    }

    public async Task<Artifact> CopyAsync(Artifact artifact, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var copy = artifact with { Uri = $"{folder}/{artifact.Name}" };
        var target = KeyOf(copy.Uri);
        await CheckAsync(artifact, cancellationToken).ConfigureAwait(false);
        await bucket.CopyAsync(KeyOf(artifact.Uri), target, cancellationToken).ConfigureAwait(false);
        await CheckAsync(copy, cancellationToken).ConfigureAwait(false);
        return copy;
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var start = folder.Length == 0 ? prefix : $"{KeyOf(folder)}/";
        await foreach (var found in bucket.ListAsync(start, cancellationToken).ConfigureAwait(false))
        {
            var address = found.Key[prefix.Length..];
            if (address[0] != '.')
            {
                yield return new StoredFile(address, found.Length, found.Changed);
            }
        }
    }

    public async Task DeleteAsync(string address, DateTimeOffset? storedBefore = null, CancellationToken cancellationToken = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            ListAsync(address, cancellationToken),
            options,
            async (file, token) =>
            {
                if (storedBefore is null || file.Changed < storedBefore)
                {
                    await bucket.DeleteAsync(KeyOf(file.Address), token).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);

        var key = KeyOf(address);
        if (await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) is { } one && (storedBefore is null || one.Changed < storedBefore))
        {
            await bucket.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<ArtifactFolder> IdentifyAsync(CancellationToken cancellationToken = default)
    {
        var key = prefix + IdentityName;
        if (await ObjectNotes.ReadAsync(bucket, key, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            await bucket.WriteAsync(key, Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}"), isNew: true, cancellationToken).ConfigureAwait(false);
            content = await ObjectNotes.ReadAsync(bucket, key, cancellationToken).ConfigureAwait(false) ?? [];
        }

        return Guid.TryParseExact(Encoding.ASCII.GetString(content).Trim(), "N", out var id)
            ? new ArtifactFolder($"{id:N}", Place)
            : throw new IOException($"The object {key} in {bucket.Place} is damaged. Delete it when nothing uses the store; it is made again.");
    }

    internal static ArtifactException Corrupt(Artifact artifact, string place) => new(
        ArtifactException.Corrupt,
        $"The artifact {artifact.Uri} in {place} is not the one that was stored: its length or SHA-256 differs. Retry the stage that made it.");

    private string KeyOf(string address) => prefix + string.Join('/', ArtifactAddress.Split(address));

    /// <summary>An answer that was lost is no failure: the object is there, with this hash.</summary>
    private async Task UploadAsync(string key, string path, Artifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            var content = new FileContent(artifact.Length, artifact.Sha256, artifact.MediaType);
            if (await bucket.TryUploadAsync(key, path, content, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            if (await TryFindAsync(key, cancellationToken).ConfigureAwait(false) is { } found && IsOf(artifact, found))
            {
                return;
            }

            throw;
        }

        if (await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } there || !IsOf(artifact, there))
        {
            throw new IOException($"There is another file under {artifact.Uri} in {Place} already, and artifacts are written once. It was left as it is.");
        }
    }

    private async Task<StoredObject?> TryFindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <exception cref="ArtifactException">The store has no such object, or says something else of it than the task does.</exception>
    private async Task CheckAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var found = await bucket.FindAsync(KeyOf(artifact.Uri), cancellationToken).ConfigureAwait(false)
            ?? throw new ArtifactException(
                ArtifactException.Missing, $"The artifact {artifact.Uri} is not in {Place}. Do all workers and silos use this store?");
        if (!IsOf(artifact, found))
        {
            throw Corrupt(artifact, Place);
        }
    }

    private static bool IsOf(Artifact artifact, StoredObject found) => found.Length == artifact.Length && found.Sha256 == artifact.Sha256;

    private static async Task<(long Length, string Sha256)> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        return (file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)));
    }
}

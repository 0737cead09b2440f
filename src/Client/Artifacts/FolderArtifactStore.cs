using System.Security.Cryptography;
using VideoGen.Grains.Files;
using VideoGen.Grains.Tasks;

namespace VideoGen.Client.Artifacts;

/// <summary>Artifacts in a folder that every worker and silo of the cluster can reach.</summary>
public sealed class FolderArtifactStore(string root) : IArtifactStore
{
    private const int BufferLength = 1 << 17;

    public string Root { get; } = Path.GetFullPath(root);

    public async Task<Artifact> PutAsync(string folder, string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default)
    {
        var uri = $"{folder}/{name}";
        var target = Resolve(uri);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);

        // The copy is made under a name that nobody reads, made durable, and only then renamed: a reader sees all of the file or none.
        var temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            string sha256;
            long length;
            await using (var source = new FileStream(sourcePath, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength, FileOptions.Asynchronous | FileOptions.SequentialScan))
            await using (var copy = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength, FileOptions.Asynchronous))
            {
                sha256 = await CopyAndHashAsync(source, copy, cancellationToken).ConfigureAwait(false);
                length = copy.Length;
                await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
                DurableFile.Sync(copy.SafeFileHandle, temporary);
            }

            File.Move(temporary, target, overwrite: true);
            DurableFile.SyncDirectory(Path.GetDirectoryName(target)!);
            File.Delete(sourcePath);
            return new Artifact(name, uri, length, sha256, mediaType);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public async Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var path = Resolve(artifact.Uri);
        if (!File.Exists(path))
        {
            throw new ArtifactException("artifact.missing", $"The artifact {artifact.Uri} is not in {Root}. Do all workers and silos share this folder?");
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength, FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (file.Length != artifact.Length || await HashAsync(file, cancellationToken).ConfigureAwait(false) != artifact.Sha256)
        {
            throw new ArtifactException("artifact.corrupt", $"The artifact {artifact.Uri} in {Root} is not the one that was stored: its length or SHA-256 differs. Retry the stage that made it.");
        }

        return path;
    }

    /// <summary>The local path of an address in the store, whether or not there is a file.</summary>
    /// <exception cref="ArgumentException">The address would leave the store.</exception>
    public string Resolve(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        foreach (var part in uri.Split('/'))
        {
            if (part.Length is 0 or > 200 || part[0] == '.' || part.AsSpan().IndexOfAny('\\', ':', '\0') >= 0 || part.Any(char.IsControl))
            {
                throw new ArgumentException($"'{uri}' is not an artifact address: it needs plain names separated by '/', none starting with a dot.", nameof(uri));
            }
        }

        return Path.Combine(Root, uri);
    }

    private static async Task<string> CopyAndHashAsync(Stream source, Stream copy, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> HashAsync(Stream file, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
}

using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using VideoGen.Tasks.State;

namespace VideoGen.Files;

/// <summary>Artifacts in a folder that every worker and silo of the cluster can reach.</summary>
/// <remarks>
/// A file that is finished on the same file system is made durable and renamed into its place; one from another file system is copied to
/// <c>.incoming</c> first. No address of an artifact has a part that starts with a dot, so what a crash leaves there can never be taken for one.
/// </remarks>
/// <param name="root">The folder; it is made with the first artifact.</param>
/// <param name="time">Tells how long ago a file was changed.</param>
public sealed partial class FolderArtifactStore(string root, TimeProvider time) : IArtifactStore
{
    private const int BufferLength = 1 << 18;

    /// <summary>An incomplete copy that is older belongs to nobody any more.</summary>
    private static readonly TimeSpan IncomingAge = TimeSpan.FromDays(1);

    /// <summary>File systems count the time of change in steps of some milliseconds; until this is over, a second change might not show.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);

    private readonly VerifiedFiles _verified = new();
    private readonly string _incoming = Path.Combine(Path.GetFullPath(root), ".incoming");
    private int _swept;

    public FolderArtifactStore(string root)
        : this(root, TimeProvider.System)
    {
    }

    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public async Task<Artifact> PutAsync(string folder, string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default)
    {
        var uri = $"{folder}/{name}";
        var target = Resolve(uri);
        CreateRoot();
        var sha256 = await TryMoveInAsync(sourcePath, target, cancellationToken).ConfigureAwait(false);
        if (sha256 is null)
        {
            sha256 = await CopyInAsync(sourcePath, target, cancellationToken).ConfigureAwait(false);
            File.Delete(sourcePath);
        }

        SyncFolders(target);
        return new Artifact(name, uri, new FileInfo(target).Length, sha256, mediaType);
    }

    public async Task<string> GetLocalPathAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        await using var file = await OpenAsync(artifact, cancellationToken).ConfigureAwait(false);
        return Resolve(artifact.Uri);
    }

    /// <summary>The bytes of the artifact, from the beginning; length and SHA-256 are checked before any of them is given away.</summary>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored.</exception>
    public async Task<Stream> OpenAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var path = Resolve(artifact.Uri);
        var file = OpenStored(path, artifact.Uri);
        try
        {
            if (RandomAccess.GetLength(file) != artifact.Length || await VerifiedHashAsync(file, cancellationToken).ConfigureAwait(false) != artifact.Sha256)
            {
                throw new ArtifactException(
                    ArtifactException.Corrupt,
                    $"The artifact {artifact.Uri} in {Root} is not the one that was stored: its length or SHA-256 differs. Retry the stage that made it.");
            }

            return new FileStream(file, FileAccess.Read, bufferSize: 0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The local path of an address in the store, whether or not there is a file.</summary>
    /// <exception cref="ArgumentException">The address would leave the store.</exception>
    /// <exception cref="ArtifactException">A link stands in its way; the store has none of its own, so it could lead anywhere.</exception>
    public string Resolve(string uri)
    {
        var path = Root;
        foreach (var part in ArtifactAddress.Split(uri))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new ArtifactException(ArtifactException.Missing, $"The artifact {uri} is not in {Root}: there is a link in its place.");
            }
        }

        return path;
    }

    /// <summary>The hash of the file, which is in its place; null when it has to be copied there.</summary>
    private static async Task<string?> TryMoveInAsync(string sourcePath, string target, CancellationToken cancellationToken)
    {
        if (File.GetAttributes(sourcePath).HasFlag(FileAttributes.ReparsePoint))
        {
            // A link itself must not move into the store.
            return null;
        }

        string sha256;
        await using (var source = OpenRead(sourcePath))
        {
            // What counts is when it was stored, however long before it was written.
            if (!DurableFile.TryTouch(source.SafeFileHandle))
            {
                return null;
            }

            sha256 = await CopyAndHashAsync(source, Stream.Null, cancellationToken).ConfigureAwait(false);
            DurableFile.Sync(source.SafeFileHandle, sourcePath);
        }

        return InFolderOf(target, () => DurableFile.TryRename(sourcePath, target)) ? sha256 : null;
    }

    /// <summary>The copy is made under a name that nobody reads, made durable, and only then renamed: a reader sees all of the file or none.</summary>
    private async Task<string> CopyInAsync(string sourcePath, string target, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_incoming);
        SweepIncoming();
        var temporary = Path.Combine(_incoming, $"{Guid.NewGuid():N}.tmp");
        try
        {
            string sha256;
            await using (var source = OpenRead(sourcePath))
            await using (var copy = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength, FileOptions.Asynchronous))
            {
                sha256 = await CopyAndHashAsync(source, copy, cancellationToken).ConfigureAwait(false);
                await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
                DurableFile.Sync(copy.SafeFileHandle, temporary);
            }

            InFolderOf(target, () => Move(temporary, target));
            return sha256;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static bool Move(string source, string target)
    {
        File.Move(source, target, overwrite: true);
        return true;
    }

    /// <summary>Makes the folder of the target first; again where another process took it away in between, since it was empty still.</summary>
    internal static bool InFolderOf(string target, Func<bool> move)
    {
        const int Patience = 100;
        var folder = Path.GetDirectoryName(target)!;
        for (var attempt = 1; ; attempt++)
        {
            Directory.CreateDirectory(folder);
            try
            {
                return move();
            }
            catch (IOException) when (!Directory.Exists(folder) && attempt < Patience)
            {
                // Once more.
            }
        }
    }

    private SafeFileHandle OpenStored(string path, string uri)
    {
        try
        {
            return RegularFile.OpenRead(path);
        }
        catch (FileNotFoundException)
        {
            throw new ArtifactException(ArtifactException.Missing, $"The artifact {uri} is not in {Root}. Do all workers and silos share this folder?");
        }
        catch (IOException exception)
        {
            throw new ArtifactException(ArtifactException.Missing, $"The artifact {uri} cannot be read from {Root}: {exception.Message}");
        }
    }

    private async Task<string> VerifiedHashAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var identity = FileIdentity.Of(file);
        if (_verified.Find(identity) is { } known)
        {
            return known;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        int read;
        for (var at = 0L; (read = await RandomAccess.ReadAsync(file, buffer, at, cancellationToken).ConfigureAwait(false)) > 0; at += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (identity.IsOlderThan(SettlingTime, time.GetUtcNow()))
        {
            _verified.Remember(identity, sha256);
        }

        return sha256;
    }

    /// <summary>
    /// The file's folder and each one above it up to the root: another process may have created one of them a moment ago, and not have made that durable yet.
    /// </summary>
    private void SyncFolders(string target)
    {
        for (var folder = Path.GetDirectoryName(target)!; folder.Length >= Root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            DurableFile.SyncDirectory(folder);
        }
    }

    private void CreateRoot()
    {
        if (Directory.Exists(Root))
        {
            return;
        }

        var created = new Stack<string>();
        for (var folder = Root; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            created.Push(folder);
        }

        Directory.CreateDirectory(Root);
        foreach (var folder in created)
        {
            DurableFile.SyncDirectory(Path.GetDirectoryName(folder)!);
        }
    }

    /// <summary>Once for each process: what killed processes left half copied.</summary>
    private void SweepIncoming()
    {
        if (Interlocked.Exchange(ref _swept, 1) != 0)
        {
            return;
        }

        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles("*.tmp"))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > IncomingAge)
            {
                file.Delete();
            }
        }
    }

    private static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

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
}

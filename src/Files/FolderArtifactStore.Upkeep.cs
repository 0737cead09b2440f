using System.Runtime.CompilerServices;
using VideoGen.Tasks.State;

namespace VideoGen.Files;

/// <summary>What a folder store does besides taking files in and giving them out.</summary>
public sealed partial class FolderArtifactStore
{
    /// <summary>Where deleted folders stand from the moment in which they are out of everybody's reach to that in which they are gone.</summary>
    private const string Trash = ".trash";

    private int _emptied;

    public IArtifactNotes Notes => new FolderNotes(Root);

    /// <summary>On a thread of its own: a share whose server is away keeps whoever asks.</summary>
    public Task<ArtifactFolder> IdentifyAsync(CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            CreateRoot();
            var identity = FolderMark.ReadOrWrite(Root);
            CheckWritable();
            return identity;
        },
        cancellationToken);

    public async Task<Artifact> CopyAsync(Artifact artifact, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var uri = $"{folder}/{artifact.Name}";
        var target = Resolve(uri);
        await using (await OpenAsync(artifact, cancellationToken).ConfigureAwait(false))
        {
            if (!TryLink(Resolve(artifact.Uri), target))
            {
                await CopyInAsync(Resolve(artifact.Uri), target, cancellationToken).ConfigureAwait(false);
            }
        }

        SyncFolders(target);
        return artifact with { Uri = uri };
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var start = new DirectoryInfo(folder.Length == 0 ? Root : Resolve(folder));
        await Task.Yield();
        var pending = new Stack<DirectoryInfo>([start]);
        while (pending.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var entry in EntriesOf(next))
            {
                if (entry is DirectoryInfo inner)
                {
                    pending.Push(inner);
                }
                else if (entry is FileInfo file)
                {
                    var address = Path.GetRelativePath(Root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
                    yield return new StoredFile(address, file.Length, file.LastWriteTimeUtc);
                }
            }
        }
    }

    public async Task DeleteAsync(string address, DateTimeOffset? storedBefore = null, CancellationToken cancellationToken = default)
    {
        var path = Resolve(address);
        if (storedBefore is { } moment)
        {
            await foreach (var file in ListAsync(address, cancellationToken).ConfigureAwait(false))
            {
                if (file.Changed < moment)
                {
                    File.Delete(Resolve(file.Address));
                }
            }

            DeleteEmptyFolders(path);
        }
        else if (Directory.Exists(path))
        {
            DeleteFolder(path);
        }

        if (File.Exists(path) && (storedBefore is null || File.GetLastWriteTimeUtc(path) < storedBefore))
        {
            File.Delete(path);
        }
    }

    private void DeleteFolder(string path)
    {
        var trash = Path.Combine(Root, Trash);
        Directory.CreateDirectory(trash);
        var taken = Path.Combine(trash, $"{Guid.NewGuid():N}");
        try
        {
            // In one step out of the reach of readers, and of a new task of the same name.
            Directory.Move(path, taken);
            Directory.Delete(taken, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process deletes the same.
        }

        EmptyTrash(trash);
    }

    /// <summary>From below: a folder into which somebody stores something meanwhile is not empty, and stays.</summary>
    private static void DeleteEmptyFolders(string path)
    {
        try
        {
            foreach (var inner in Directory.EnumerateDirectories(path))
            {
                DeleteEmptyFolders(inner);
            }

            Directory.Delete(path);
        }
        catch (IOException)
        {
            // It is not empty, or gone already.
        }
    }

    /// <summary>
    /// A second name of the same file, which is as young as the name under both of them. False where the file system has none, or the file is another user's;
    /// the bytes are copied then.
    /// </summary>
    private bool TryLink(string source, string target)
    {
        Directory.CreateDirectory(_incoming);
        var temporary = Path.Combine(_incoming, $"{Guid.NewGuid():N}.tmp");
        if (!DurableFile.TryLink(source, temporary))
        {
            return false;
        }

        using (var file = RegularFile.OpenRead(temporary))
        {
            if (!DurableFile.TryTouch(file))
            {
                File.Delete(temporary);
                return false;
            }
        }

        InFolderOf(target, () => Move(temporary, target));

        // Where the target was another name of this very file, nothing was moved.
        File.Delete(temporary);
        return true;
    }

    /// <summary>Files and folders that are neither links nor ours alone. None where the folder is gone by now.</summary>
    private static IEnumerable<FileSystemInfo> EntriesOf(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.' && entry.LinkTarget is null)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <exception cref="IOException">Nothing can be stored here. A full disk is no such case: it is told when a file does not fit.</exception>
    private void CheckWritable()
    {
        var probe = Path.Combine(_incoming, $"{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(_incoming);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"Nothing can be stored in {Root}: {exception.Message}", exception);
        }
        catch (IOException exception) when (!DiskFault.IsFull(exception))
        {
            throw new IOException($"Nothing can be stored in {Root}: {exception.Message}", exception);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Once for each process: what was taken away by one that died before it was gone.</summary>
    private void EmptyTrash(string trash)
    {
        if (Interlocked.Exchange(ref _emptied, 1) != 0)
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(trash))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Its process lives, and was faster.
            }
        }
    }
}

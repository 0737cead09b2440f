using System.Runtime.CompilerServices;

namespace VideoGen.Files;

/// <summary>Notes of a folder store: files in folders whose names start with a dot.</summary>
internal sealed class FolderNotes(string root) : IArtifactNotes
{
    private const string Suffix = ".note";

    public Task WriteAsync(string area, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var path = PathOf(area, name);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content.Span);
                file.Flush();
                DurableFile.Sync(file.SafeFileHandle, temporary);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        DurableFile.SyncDirectory(folder);
        DurableFile.SyncDirectory(root);
        return Task.CompletedTask;
    }

    public async Task<byte[]?> ReadAsync(string area, string name, CancellationToken cancellationToken = default)
    {
        try
        {
            using var file = RegularFile.OpenRead(PathOf(area, name));
            var content = new byte[Math.Min(RandomAccess.GetLength(file), IArtifactNotes.MaxLength)];
            var length = await RandomAccess.ReadAsync(file, content, 0, cancellationToken).ConfigureAwait(false);
            return content[..length];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<ArtifactNote> ListAsync(string area, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(PathOf(area, "any"))!);
        await Task.Yield();
        foreach (var note in folder.Exists ? folder.EnumerateFiles($"*{Suffix}") : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ArtifactNote(note.Name[..^Suffix.Length], note.LastWriteTimeUtc);
        }
    }

    public Task DeleteAsync(string area, string name, CancellationToken cancellationToken = default)
    {
        var path = PathOf(area, name);
        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    private string PathOf(string area, string name) =>
        ArtifactAddress.IsPlainName(area) && ArtifactAddress.IsPlainName(name)
            ? Path.Combine(root, $".{area}", name + Suffix)
            : throw new ArgumentException("The area and the name of a note are plain names.");
}

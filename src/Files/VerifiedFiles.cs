using System.Collections.Concurrent;

namespace VideoGen.Files;

/// <summary>
/// Which files this process has hashed, and what they hashed to. A file counts as the same for as long as its length and its time of modification
/// are: reading an artifact twice then costs one hash.
/// </summary>
internal sealed class VerifiedFiles
{
    /// <summary>Files that are remembered; past it all are forgotten, and hashed again when they are asked for.</summary>
    private const int Capacity = 8_192;

    private readonly ConcurrentDictionary<string, (long Length, DateTime Modified, string Sha256)> _files = new(StringComparer.Ordinal);

    /// <summary>The hash of the file as it is now, if it is known.</summary>
    public string? Find(FileInfo file) =>
        _files.TryGetValue(file.FullName, out var known) && known.Length == file.Length && known.Modified == file.LastWriteTimeUtc ? known.Sha256 : null;

    /// <param name="file">As it was before it was hashed: a change in between then shows.</param>
    /// <param name="sha256">Of its bytes.</param>
    public void Remember(FileInfo file, string sha256)
    {
        if (_files.Count >= Capacity)
        {
            _files.Clear();
        }

        _files[file.FullName] = (file.Length, file.LastWriteTimeUtc, sha256);
    }
}

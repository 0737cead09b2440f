using System.Collections.Concurrent;

namespace VideoGen.Files;

/// <summary>
/// What files that this process hashed hashed to: reading an artifact again costs no hash for as long as the file system says that it is the same file, and
/// that nobody changed it since.
/// </summary>
internal sealed class VerifiedFiles
{
    /// <summary>Files that are remembered; past it all are forgotten, and hashed again when they are asked for.</summary>
    private const int Capacity = 8_192;

    private readonly ConcurrentDictionary<FileIdentity, string> _files = new();

    /// <summary>The hash of that file, if it is known.</summary>
    public string? Find(FileIdentity file) => _files.GetValueOrDefault(file);

    /// <param name="file">As it was before it was hashed: a change in between then shows.</param>
    /// <param name="sha256">Of its bytes.</param>
    public void Remember(FileIdentity file, string sha256)
    {
        if (_files.Count >= Capacity)
        {
            _files.Clear();
        }

        _files[file] = sha256;
    }
}

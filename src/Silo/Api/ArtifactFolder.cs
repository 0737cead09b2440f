namespace VideoGen.Silo.Api;

/// <summary>The artifact store as this silo sees it: a folder to read from. Null when it cannot reach the store.</summary>
internal sealed class ArtifactFolder(string? root)
{
    private readonly string? _root = root is null ? null : Path.GetFullPath(root);

    /// <summary>
    /// The file of an address, or null: no store, no such file, or an address that leaves the store. Addresses come out of task states, and whoever may save a
    /// task can write them, so each part must be a plain name and nothing on the way may be a link.
    /// </summary>
    public FileInfo? Find(string address)
    {
        if (_root is null)
        {
            return null;
        }

        var path = _root;
        foreach (var part in address.Split('/'))
        {
            if (part.Length is 0 or > 200 || part[0] == '.' || part.AsSpan().IndexOfAny('\\', ':', '\0') >= 0)
            {
                return null;
            }

            path = Path.Combine(path, part);
            if (IsLink(path))
            {
                return null;
            }
        }

        var file = new FileInfo(path);
        return file.Exists ? file : null;
    }

    private static bool IsLink(string path) => new FileInfo(path) is { LinkTarget: not null } || new DirectoryInfo(path) is { LinkTarget: not null };
}

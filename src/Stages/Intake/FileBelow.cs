namespace VideoGen.Stages.Intake;

/// <summary>The files that a document may name: those of its own folder, and below it.</summary>
internal static class FileBelow
{
    /// <summary>Whether a path is relative and without any step that could lead out of the folder.</summary>
    public static bool IsPlain(string path) =>
        path is not ("" or ['/' or '~', ..]) && !path.Any(c => char.IsControl(c) || c is '\\' or ':') && !path.Split('/').Contains("..");

    /// <summary>The file of a plain relative path; null where there is none, and where a link on its way might lead out of the folder.</summary>
    public static FileInfo? Find(string folder, string relative)
    {
        var path = folder;
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return null;
            }
        }

        return new FileInfo(path) is { Exists: true } file ? file : null;
    }
}

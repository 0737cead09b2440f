namespace VideoGen.Benchmarks.Servers;

internal static class RepositoryFile
{
    /// <summary>A file that stands above the program of the benchmarks; null where there is none.</summary>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, path) is var found && File.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}

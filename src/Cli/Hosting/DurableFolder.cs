using VideoGen.Files;

namespace VideoGen.Cli.Hosting;

internal static class DurableFolder
{
    /// <summary>
    /// Makes the folder and the parents that it lacks, and syncs each of them: what is stored below is lost when the name of a folder above is.
    /// </summary>
    public static void Create(string path)
    {
        var missing = new Stack<string>();
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        Directory.CreateDirectory(path);
        foreach (var folder in missing)
        {
            DurableFile.SyncDirectory(folder);
            DurableFile.SyncDirectory(Path.GetDirectoryName(folder)!);
        }
    }
}

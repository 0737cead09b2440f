using VideoGen.Tasks.State;

namespace VideoGen.Files;

/// <summary>
/// The file that tells a folder of artifacts from every other: two machines share the folder when they read the same id in it, whatever they call it. It is
/// written once, by whoever uses the folder first.
/// </summary>
internal static class FolderMark
{
    private const string FileName = ".identity";

    /// <exception cref="IOException">The folder cannot be used, or its mark is damaged.</exception>
    public static ArtifactFolder ReadOrWrite(string root)
    {
        var path = Path.Combine(root, FileName);
        try
        {
            if (!File.Exists(path))
            {
                Write(root, path);
            }

            var id = File.ReadAllText(path).Trim();
            return Guid.TryParseExact(id, "N", out _)
                ? new ArtifactFolder(id, root)
                : throw new IOException($"The file {path} is damaged. Delete it when nothing uses the folder; it is made again.");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>Under a name of its own first: a reader sees all of it or none, and of two writers one wins.</summary>
    private static void Write(string root, string path)
    {
        var temporary = $"{path}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}\n"));
                file.Flush();
                DurableFile.Sync(file.SafeFileHandle, temporary);
            }

            if (DurableFile.TryPublish(temporary, path))
            {
                DurableFile.SyncDirectory(root);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

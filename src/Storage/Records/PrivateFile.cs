namespace VideoGen.Storage.Records;

/// <summary>
/// Files and folders for their owner alone, because tasks hold what their users wrote. What is there already keeps the rights that somebody gave it.
/// </summary>
internal static class PrivateFile
{
    /// <summary>A new file, open for writing.</summary>
    /// <exception cref="IOException">There is something under that name already, or it cannot be made.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes the folder where it is missing.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

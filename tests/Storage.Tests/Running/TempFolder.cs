namespace VideoGen.Storage.Tests.Running;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("videogen-storage-").FullName;

    /// <summary>Where there are such rights: neither its group nor others may do anything with the file or folder.</summary>
    public static bool IsForItsOwnerAlone(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (System.IO.File.GetUnixFileMode(path) & Others) == 0;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }
}

namespace VideoGen.Cli.Rehearsal.Processes;

/// <summary>A disk in memory that can be filled to its last byte. It takes root on Linux to mount one.</summary>
internal sealed class FillableDisk : IAsyncDisposable
{
    private const int Block = 4_096;

    private FillableDisk(string path)
    {
        Path = path;
    }

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Null where this user or this system cannot mount one.</summary>
    public static async Task<FillableDisk?> TryMountAsync(string path, int mebibytes)
    {
        Directory.CreateDirectory(path);
        return OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path) ? new FillableDisk(path) : null;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * Block];
        for (var length = block.Length; length >= Block; length /= 2)
        {
            try
            {
                while (true)
                {
                    filler.Write(block, 0, length);
                }
            }
            catch (IOException)
            {
                // Full for so much; perhaps not for less.
            }
        }
    }

    public void Clear() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", Path);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            await using var process = new ChildProcess(program, arguments);
            return await process.WaitForExitAsync() == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A disk of a few MiB in memory. It takes root to mount it.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync()
    {
        var disk = new SmallDisk();
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.Path);
        return disk;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = File.Create(_folder.File("filler"));
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Path);
        _folder.Dispose();
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using var process = new ToolProcess(program, arguments);
        Assert.True(await process.WaitForExitAsync() == 0, process.Output);
    }
}

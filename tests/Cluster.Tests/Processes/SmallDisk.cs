namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A disk of a few MiB that is gone after the test. It takes root to mount it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Mebibytes = 8;

    private readonly TemporaryFolder _folder;
    private readonly FillableDisk _disk;

    private SmallDisk(TemporaryFolder folder, FillableDisk disk)
    {
        _folder = folder;
        _disk = disk;
    }

    public string Path => _disk.Path;

    public static async Task<SmallDisk> MountAsync()
    {
        var folder = new TemporaryFolder();
        var disk = await FillableDisk.TryMountAsync(folder.Path, Mebibytes);
        Assert.True(disk is not null, "No disk in memory could be mounted.");
        return new SmallDisk(folder, disk);
    }

    /// <inheritdoc cref="FillableDisk.Fill"/>
    public void Fill() => _disk.Fill();

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        _folder.Dispose();
    }
}

using System.Diagnostics;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Faults;

/// <summary>A disk of one MiB in memory. It takes root to mount it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallDisk() => Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder.Path);

    public string File(string name) => _folder.File(name);

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = System.IO.File.Create(File("filler"));
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

    public void MakeSpace() => System.IO.File.Delete(File("filler"));

    /// <summary>As an administrator does it, or the kernel with a disk that failed. Nobody may have a file of it open for writing.</summary>
    public void AllowWriting(bool isAllowed) => Run("mount", "-o", isAllowed ? "remount,rw" : "remount,ro", _folder.Path);

    public void Dispose()
    {
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} failed: {errors}");
    }
}

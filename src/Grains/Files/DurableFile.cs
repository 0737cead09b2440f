using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoGen.Grains.Files;

/// <summary>
/// fsync with its errors. The runtime's own flush-to-disk returns normally on Linux when fsync fails, and cannot sync a directory at all,
/// so both go to libc and look at errno. On other systems the runtime's flush is used.
/// </summary>
public static partial class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// <exception cref="IOException">The bytes may not have reached the disk.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        if (FileSync(file) != 0)
        {
            throw Failure("sync", path);
        }
    }

    /// <summary>Makes a rename within the directory durable.</summary>
    /// <exception cref="IOException">The rename may not have reached the disk.</exception>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var directory = Open(path, ReadOnlyDirectory);
        if (directory < 0)
        {
            throw Failure("open", path);
        }

        using var handle = new SafeFileHandle(directory, ownsHandle: true);
        if (FileSync(handle) != 0)
        {
            throw Failure("sync", path);
        }
    }

    private static IOException Failure(string action, string path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Could not {action} {path}: {error.Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

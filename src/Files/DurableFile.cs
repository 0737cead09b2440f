using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoGen.Files;

/// <summary>
/// fsync with its errors. The runtime's own flush-to-disk returns normally on Linux when fsync fails, and cannot sync a directory at all,
/// so both go to libc and look at errno. On other systems the runtime's flush is used.
/// </summary>
public static partial class DurableFile
{
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC: the same number on every architecture, which O_DIRECTORY is not.
    private const int Interrupted = 4;               // EINTR
    private const int Exists = 17;                   // EEXIST
    private const int OtherDevice = 18;              // EXDEV
    private const int NotSupported = 22;             // EINVAL: what file systems answer that have no durable directories

    /// <exception cref="IOException">The bytes may not have reached the disk. Write them to a new file: this one's are taken for written now.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        if (Repeat(() => FileSync(file)) < 0)
        {
            throw Failure("sync", path);
        }
    }

    /// <summary>Makes what was created and renamed within the directory durable.</summary>
    /// <exception cref="IOException">It may not have reached the disk.</exception>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var directory = Repeat(() => Open(path, ReadOnlyCloseOnExec));
        if (directory < 0)
        {
            throw Failure("open", path);
        }

        using var handle = new SafeFileHandle(directory, ownsHandle: true);
        if (Repeat(() => FileSync(handle)) < 0 && Marshal.GetLastPInvokeError() != NotSupported)
        {
            throw Failure("sync", path);
        }
    }

    /// <summary>Renames a file in one step, or answers false when source and target are on different file systems.</summary>
    /// <exception cref="IOException">It could not be renamed.</exception>
    public static bool TryRename(string source, string target)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        if (Rename(source, target) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == OtherDevice ? false : throw Failure("rename", source);
    }

    /// <summary>
    /// Gives a finished file the name under which others look for it, or answers false when there is one already: of several writers the first one's stays.
    /// The file that was not needed is the caller's to delete.
    /// </summary>
    /// <remarks>
    /// The runtime's own move looks whether the name is taken and then renames, so a second writer can take the first one's place. Where the file system has
    /// no links there is nothing better.
    /// </remarks>
    /// <exception cref="IOException">It could not be named so.</exception>
    public static bool TryPublish(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temporary, path) == 0)
            {
                File.Delete(temporary);
                return true;
            }

            if (Marshal.GetLastPInvokeError() == Exists)
            {
                return false;
            }
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Gives a file a second name, or answers false where the file system cannot.</summary>
    public static bool TryLink(string source, string target) => OperatingSystem.IsLinux() && Link(source, target) == 0;

    /// <summary>Has the file system take the file for written now, be it open for reading alone; or answers false where it is another user's.</summary>
    public static bool TryTouch(SafeFileHandle file) => OperatingSystem.IsLinux() && SetTimes(file, IntPtr.Zero) == 0;

    private static int Repeat(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static IOException Failure(string action, string path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Could not {action} {path}: {error.Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    /// <param name="file">Whose times.</param>
    /// <param name="times">Null for the present, by the clock of the file system.</param>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimes(SafeFileHandle file, IntPtr times);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string source, string target);
}

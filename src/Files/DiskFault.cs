using System.ComponentModel;
using System.Runtime.InteropServices;

namespace VideoGen.Files;

/// <summary>What the system says of a disk that takes nothing: it is full, or it can only be read. Errors of their own, which a person can mend.</summary>
public static partial class DiskFault
{
    private const int NoSpace = 28;                                   // ENOSPC
    private const int OverQuota = 122;                                // EDQUOT
    private const int ReadOnly = 30;                                  // EROFS
    private const int WindowsDiskFull = unchecked((int)0x80070070);   // ERROR_DISK_FULL
    private const int WindowsReadOnly = unchecked((int)0x80070013);   // ERROR_WRITE_PROTECT
    private const int MayWrite = 2;                                   // W_OK

    /// <summary>No space is left, or none that this user may take.</summary>
    public static bool IsFull(IOException exception) => ErrorOf(exception) is NoSpace or OverQuota or WindowsDiskFull;

    /// <summary>The file system is mounted for reading alone, as the kernel does by itself with one that failed.</summary>
    public static bool IsReadOnly(IOException exception) => ErrorOf(exception) is ReadOnly or WindowsReadOnly;

    /// <summary>Whether that folder, or the next one above that is there, is on a file system that can only be read. False where that cannot be told.</summary>
    public static bool IsReadOnly(string folder)
    {
        for (var place = Path.GetFullPath(folder); OperatingSystem.IsLinux() && place is not null; place = Path.GetDirectoryName(place))
        {
            if (Directory.Exists(place))
            {
                return Access(place, MayWrite) < 0 && Marshal.GetLastPInvokeError() == ReadOnly;
            }
        }

        return false;
    }

    /// <summary>The system's number: <see cref="DurableFile"/> has it in the exception within, the runtime in its own.</summary>
    private static int ErrorOf(IOException exception) => exception.InnerException is Win32Exception error ? error.NativeErrorCode : exception.HResult;

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}

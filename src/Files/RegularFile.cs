using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoGen.Files;

/// <summary>
/// Opens files by names that others chose. Behind such a name may be a pipe, and to open a pipe is to wait until somebody writes into it; here it is refused at
/// once, as are folders and devices.
/// </summary>
public static partial class RegularFile
{
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    private const int DoNotWait = 0x800;             // O_NONBLOCK; of no effect on a file that is really one

    private const int OfDescriptor = 0x1000;         // AT_EMPTY_PATH

    private const int AskForType = 1;                // STATX_TYPE

    private const int StatusLength = 256;            // struct statx, which is the same on every architecture

    private const int ModeOffset = 28;               // its stx_mode

    private const int TypeMask = 0xF000;             // S_IFMT

    private const int Regular = 0x8000;              // S_IFREG

    private const int NoSuchFile = 2;                // ENOENT

    private const int NotPermitted = 13;             // EACCES

    private const int NotAFolder = 20;               // ENOTDIR

    /// <summary>Opens the file for reading. Whoever else reads, replaces or deletes it is not kept from that.</summary>
    /// <exception cref="FileNotFoundException">There is nothing under that name.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    /// <exception cref="IOException">It is not a file but something else, or it cannot be opened.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var descriptor = Open(path, ReadOnlyCloseOnExec | DoNotWait);
        if (descriptor < 0)
        {
            throw Failure(path);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!IsRegular(descriptor))
        {
            file.Dispose();
            throw new IOException($"{path} is not a file, but a folder, a pipe or a device.");
        }

        return file;
    }

    private static bool IsRegular(int descriptor)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        return Status(descriptor, "", OfDescriptor, AskForType, status) == 0 && (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) == Regular;
    }

    private static Exception Failure(string path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return error.NativeErrorCode switch
        {
            NoSuchFile or NotAFolder => new FileNotFoundException($"There is no file {path}.", path, error),
            NotPermitted => new UnauthorizedAccessException($"This user may not read {path}.", error),
            _ => new IOException($"{path} cannot be opened: {error.Message}", error),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);
}

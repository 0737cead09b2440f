using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoGen.Stages.Media;

/// <summary>An end of a pipe that has two owners, each of which closes its own.</summary>
internal static partial class PipeEnd
{
    /// <summary>The lowest free descriptor, which programs that are started meanwhile do not inherit (F_DUPFD_CLOEXEC of Linux).</summary>
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>How much a pipe holds (F_SETPIPE_SZ of Linux).</summary>
    private const int SetSize = 1031;

    /// <summary>As much as the system allows to everybody: of a picture of 3 MB, 64 kB at a time wake writer and reader some fifty times.</summary>
    private const int Size = 1 << 20;

    /// <summary>
    /// The same end for a second owner, or null where this system does not tell how. The runtime may wait for ever where a pipe is closed by one while
    /// another writes to it for the first time, so those two never share a stream.
    /// </summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public static Stream? Duplicate(Stream stream)
    {
        if (!OperatingSystem.IsLinux() || stream is not PipeStream { SafePipeHandle: var handle })
        {
            return null;
        }

        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            var copy = Control(handle.DangerousGetHandle().ToInt32(), DuplicateCloseOnExec, 0);
            _ = Control(copy, SetSize, Size);
            return copy >= 0
                ? new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(copy, ownsHandle: true))
                : throw new IOException($"A pipe could not be duplicated: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Control(int descriptor, int operation, int argument);
}

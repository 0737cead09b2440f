using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoGen.Files;

/// <summary>
/// Tells whether an open file is one that was seen before, with the bytes that it had then. The time of change is the file system's own: a program that writes
/// into a file can set the time of modification back, but not that one.
/// </summary>
/// <param name="Device">Of the file system; 0 where it is not known, as on other systems than Linux.</param>
/// <param name="Inode">Within the device; 0 where it is not known.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Changed">Nanoseconds since 1970; a rename counts as a change. 0 where it is not known.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long Modified, long Changed)
{
    private const long NanosecondsPerTick = 100;

    /// <exception cref="IOException">The file system does not say.</exception>
    public static FileIdentity Of(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!OperatingSystem.IsLinux())
        {
            return new FileIdentity(0, 0, RandomAccess.GetLength(file), NanosecondsOf(File.GetLastWriteTimeUtc(file)), 0);
        }

        Span<byte> status = stackalloc byte[LinuxStatus.Length];
        if (LinuxStatus.Read(file, "", LinuxStatus.OfDescriptor, LinuxStatus.Basic, status) != 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            throw new IOException($"What file it is cannot be told: {error.Message}", error);
        }

        return new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(status[LinuxStatus.Device..]),
            BinaryPrimitives.ReadUInt64LittleEndian(status[LinuxStatus.Inode..]),
            BinaryPrimitives.ReadInt64LittleEndian(status[LinuxStatus.Size..]),
            Nanoseconds(status[LinuxStatus.ModificationTime..]),
            Nanoseconds(status[LinuxStatus.ChangeTime..]));
    }

    /// <summary>Whether the file was left alone for so long.</summary>
    public bool IsOlderThan(TimeSpan age, DateTimeOffset now) =>
        Math.Max(Modified, Changed) <= NanosecondsOf(now.UtcDateTime) - (age.Ticks * NanosecondsPerTick);

    private static long NanosecondsOf(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        unchecked((BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[sizeof(long)..]));
}

/// <summary>statx of libc. Its structure is the same on every architecture.</summary>
internal static partial class LinuxStatus
{
    public const int Length = 256;

    public const int OfDescriptor = 0x1000; // AT_EMPTY_PATH

    public const int Basic = 0x7FF;         // STATX_BASIC_STATS

    public const int Inode = 32;

    public const int Size = 40;

    public const int ChangeTime = 96;

    public const int ModificationTime = 112;

    public const int Device = 136;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Read(SafeFileHandle folder, string path, int flags, uint mask, Span<byte> status);
}

using System.Runtime.InteropServices;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// What a process makes for itself is its user's alone: databases, states, artifacts, what the programs that it starts leave behind. The mask of the
/// process covers all of them. What is made for the person (a video, an exported file) gets the mode that it would have had.
/// </summary>
internal static partial class PrivateFiles
{
    private const int ForOwner = 0b000_111_111;

    private const int ForOwnerAndGroup = 0b000_000_111;

    private const int AnyFile = 0b110_110_110;

    private const int AnyFolder = 0b111_111_111;

    private static readonly Lock Gate = new();

    /// <summary>The mask that the process was started with; null before <see cref="Begin"/>.</summary>
    private static int? _usual;

    /// <param name="group">Whether the user's group may read and write them too.</param>
    public static void Begin(bool group)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        lock (Gate)
        {
            var before = SetMask(group ? ForOwnerAndGroup : ForOwner);
            _usual ??= before;
        }
    }

    /// <summary>Gives a file that is made for the person the mode that it would have had.</summary>
    public static void MakeUsual(string path)
    {
        if (OperatingSystem.IsWindows() || _usual is not { } mask)
        {
            return;
        }

        File.SetUnixFileMode(path, (UnixFileMode)((Directory.Exists(path) ? AnyFolder : AnyFile) & ~mask));
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetMask(int mask);
}

using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Where one machine keeps its tasks and what they made: <c>--data</c>, else <c>VIDEOGEN_DATA</c>, else <c>videogen</c> in the user's data folder
/// (<c>~/.local/share</c> on Linux).
/// </summary>
/// <remarks>
/// A new folder is open to its user alone. An existing folder keeps its mode, which is its owner's choice. New files in it are private all the same,
/// except that the group may use them where it may write into the folder.
/// </remarks>
internal sealed class DataDirectory
{
    public const string EnvironmentVariable = "VIDEOGEN_DATA";

    private DataDirectory(string root)
    {
        Root = root;
    }

    public string Root { get; }

    public string Artifacts => Path.Combine(Root, "artifacts");

    public string Work => Path.Combine(Root, "work");

    public string Locks => Path.Combine(Root, "locks");

    /// <exception cref="CommandFailedException">The folder cannot be made or written.</exception>
    public static DataDirectory Open(string? chosen)
    {
        var root = FirstNonEmpty(chosen, Environment.GetEnvironmentVariable(EnvironmentVariable)) ?? Default();
        try
        {
            root = Path.GetFullPath(root);
            var directory = new DataDirectory(root);
            PrivateFiles.Begin(group: IsOfGroup(root));
            foreach (var folder in new[] { root, directory.Artifacts, directory.Work, directory.Locks })
            {
                DurableFolder.Create(folder);
            }

            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandFailedException(
                ExitCode.Unavailable,
                $"The data folder {root} cannot be used: {exception.Message} Choose another with --data or {EnvironmentVariable}.",
                exception);
        }
    }

    private static bool IsOfGroup(string root) =>
        !OperatingSystem.IsWindows() && Directory.Exists(root) && File.GetUnixFileMode(root).HasFlag(UnixFileMode.GroupWrite);

    private static string Default()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(folder.Length > 0 ? folder : Path.GetTempPath(), "videogen");
    }

    private static string? FirstNonEmpty(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        return null;
    }
}

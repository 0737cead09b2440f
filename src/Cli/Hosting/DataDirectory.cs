namespace VideoGen.Cli.Hosting;

/// <summary>
/// Where one machine keeps its tasks and what they made: <c>--data</c>, else <c>VIDEOGEN_DATA</c>, else <c>videogen</c> in the user's data folder
/// (<c>~/.local/share</c> on Linux).
/// </summary>
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
            foreach (var folder in new[] { root, directory.Artifacts, directory.Work, directory.Locks })
            {
                Directory.CreateDirectory(folder);
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

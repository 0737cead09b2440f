using VideoGen.Cli.Exits;
using VideoGen.Files;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Texts with secrets in them come from an environment variable, or from a file that another variable names: <c>VIDEOGEN_REDIS</c>,
/// <c>VIDEOGEN_REDIS_FILE</c>. Container platforms mount secrets as files. Neither shows in a list of processes, as a command line does.
/// </summary>
internal static class SecretSource
{
    public const string FileSuffix = "_FILE";

    /// <summary>Characters that are read of a file; a connection string has far fewer.</summary>
    private const int MaxLength = 16_384;

    /// <summary>Null when neither variable is set.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read.</exception>
    public static string? ReadEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text
        : Environment.GetEnvironmentVariable(variable + FileSuffix) is { Length: > 0 } file ? ReadFile(file)
        : null;

    /// <summary>The first line of the file.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read.</exception>
    public static string ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(RegularFile.OpenRead(path), FileAccess.Read, bufferSize: 0));
            var buffer = new char[MaxLength];
            var text = new string(buffer, 0, reader.ReadBlock(buffer)).Split('\n')[0].Trim();
            return text.Length > 0
                ? text
                : throw new CommandFailedException(ExitCode.BadInput, $"The file {path} is empty; its first line is to hold the connection.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"The file {path}, which is to hold the connection, cannot be read: {exception.Message}", exception);
        }
    }
}

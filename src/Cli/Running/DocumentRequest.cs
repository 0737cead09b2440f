using VideoGen.Cli.Exits;
using VideoGen.Tasks;

namespace VideoGen.Cli.Running;

/// <summary>What the person asked for; null stands for the default.</summary>
internal sealed record DocumentRequest
{
    public required string File { get; init; }

    public string? Output { get; init; }

    public TaskId? Id { get; init; }

    public string? Voice { get; init; }

    /// <summary>The model that speaks, where the voice was named by a file at this machine.</summary>
    public string? VoiceFile { get; init; }

    public string? Accent { get; init; }

    public string? Theme { get; init; }

    public string? Size { get; init; }

    public string? Title { get; init; }

    public string? Language { get; init; }

    /// <summary>The languages in which the video is made too, between commas.</summary>
    public string? Translate { get; init; }

    public bool UseAi { get; init; }

    /// <summary>Whether nothing is taken over from other tasks.</summary>
    public bool Fresh { get; init; }

    /// <summary>Endings of containers that are not made: a file that says one of them would be something else.</summary>
    private static readonly HashSet<string> OtherContainers = new(
        ".mkv .webm .mov .avi .mpg .mpeg .ts .m2ts .flv .wmv .ogv .ogg .gif .mp3 .wav .m4a .mka .mks .3gp".Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>The full path of the video to write.</summary>
    /// <exception cref="CommandFailedException">It cannot be written there.</exception>
    public string ResolveOutput()
    {
        var output = Path.GetFullPath(Output ?? Path.ChangeExtension(Path.GetFileName(Path.TrimEndingDirectorySeparator(File)), ".mp4"));
        if (Directory.Exists(output))
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{output} is a folder; give the video a file name with -o.");
        }

        if (OtherContainers.Contains(Path.GetExtension(output)))
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"The video is an MP4, and {Path.GetFileName(output)} says that it is another kind; give it a name that ends with .mp4.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(output)))
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"The folder {Path.GetDirectoryName(output)} does not exist; make it, or choose another place with -o.");
        }

        if (output == Path.GetFullPath(File))
        {
            throw new CommandFailedException(ExitCode.BadInput, "The video would replace its own document; choose another place with -o.");
        }

        return output;
    }
}

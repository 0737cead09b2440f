using System.Collections.Immutable;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Checking;

/// <summary>Runs of programs over one film, in a folder where it has a plain name.</summary>
internal sealed class FilmTools(MediaToolRunner tools, string folder)
{
    public const string Film = "film";

    public static readonly ImmutableArray<string> Quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"];

    /// <summary>The film as what a program reads; one that is a list of addresses in truth opens none of them.</summary>
    public static readonly ImmutableArray<string> Input = [.. FfmpegArguments.LocalOnly, "-i", Film];

    public string Folder => folder;

    public Task RunAsync(MediaTool tool, ImmutableArray<string> arguments, string purpose, Action<string>? line, CancellationToken cancellationToken) =>
        tools.RunAsync(
            new MediaRun
            {
                Tool = tool,
                Arguments = arguments,
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = purpose,
                OutputLine = line,
            },
            cancellationToken);
}

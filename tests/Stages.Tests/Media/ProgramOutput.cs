using System.Text;
using CliWrap;

namespace VideoGen.Stages.Tests.Media;

/// <summary>What a program says about a file.</summary>
internal static class ProgramOutput
{
    public static async Task<string> OfAsync(string program, params string[] arguments)
    {
        var output = new StringBuilder();
        await Cli.Wrap(program).WithArguments(arguments)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(output))
            .ExecuteAsync(TestContext.Current.CancellationToken);
        return output.ToString();
    }

    /// <summary>The values that ffprobe shows, one a line.</summary>
    public static async Task<string[]> ProbeAsync(string path, string entries, params string[] more) =>
        (await OfAsync("ffprobe", ["-v", "error", .. more, "-show_entries", entries, "-of", "default=noprint_wrappers=1:nokey=1", path]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

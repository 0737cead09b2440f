using System.Text.RegularExpressions;

namespace VideoGen.Client.Tests.Guide;

/// <summary>A fenced block of a document, or a region of a source file that it shows.</summary>
/// <param name="Language">What follows the fence.</param>
/// <param name="Snippet">The name in the comment above the fence; empty where there is none.</param>
/// <param name="Text">The lines, without their common indentation.</param>
internal sealed record GuideBlock(string Language, string Snippet, string Text);

/// <summary>
/// Reads what a document shows, and the source that it is taken from: <c>&lt;!-- snippet: NAME --&gt;</c> stands above a block of the region of that name.
/// </summary>
internal static partial class GuideDocument
{
    public static string Root { get; } = FindRoot();

    /// <summary>In the environment of a sample: what it logs on a slow machine is no part of what it says.</summary>
    public static KeyValuePair<string, string> LogsToErrors { get; } = new("Logging__Console__LogToStandardErrorThreshold", "Trace");

    public static IReadOnlyList<GuideBlock> Read(string document) => ToBlocks(Fenced().Matches(File.ReadAllText(Path.Combine(Root, document))));

    public static IReadOnlyList<GuideBlock> Regions(string source, string language) =>
        [.. ToBlocks(Region().Matches(File.ReadAllText(Path.Combine(Root, source)))).Select(block => block with { Language = language })];

    private static GuideBlock[] ToBlocks(MatchCollection matches) =>
        [.. matches.Select(match => new GuideBlock(match.Groups["language"].Value, match.Groups["name"].Value, Unindent(match.Groups["text"].Value)))];

    private static string Unindent(string text)
    {
        var lines = text.Split('\n');
        var indentation = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indentation..]));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException($"The root of the repository was not found above {AppContext.BaseDirectory}.");
        }

        return folder;
    }

    [GeneratedRegex(@"^(<!-- snippet: (?<name>\S+) -->\n)?```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^ *# ?region (?<name>\S+)\n(?<text>.*?)^ *# ?endregion$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();
}

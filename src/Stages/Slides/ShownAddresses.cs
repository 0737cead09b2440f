using System.Collections.Immutable;
using System.Text.RegularExpressions;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Long addresses as a slide shows them: the host and the last part. Nobody types the rest from a film.</summary>
internal static partial class ShownAddresses
{
    /// <summary>What is as short can be read.</summary>
    private const int MaxLength = 40;

    private const int MaxLastPart = 24;

    public static Scene Shorten(Scene scene) => scene with
    {
        Lines = [.. scene.Lines.Select(Shorten)],
        Points = scene.Points is { } points ? [.. points.Select(point => point with { Text = Shorten(point.Text) })] : null,
        Columns = [.. scene.Columns.Select(Shorten)],
        Rows = [.. scene.Rows.Select(row => row.Select(Shorten).ToImmutableArray())],
        Subtitle = scene.Subtitle is { } subtitle ? Shorten(subtitle) : null,
        Lead = scene.Lead is { } lead ? Shorten(lead) : null,
    };

    public static string Shorten(string text) => !text.Contains("://", StringComparison.Ordinal) ? text : Address().Replace(text, match =>
    {
        if (match.Length <= MaxLength)
        {
            return match.Value;
        }

        var path = match.Groups["path"].Value.Split('?', '#')[0].TrimEnd('/');
        var last = path[(path.LastIndexOf('/') + 1)..];
        var host = match.Groups["host"].Value;
        return last.Length is 0 or > MaxLastPart ? $"{host}/…" : path == "/" + last ? $"{host}/{last}" : $"{host}/…/{last}";
    });

    [GeneratedRegex(
        @"\b(?:https?|ftp)://(?:www\.)?(?<host>[^\s/?#)\]>,]+)(?<path>[^\s)\]>]*?)(?=[.,;:!?]*(?:[\s)\]>]|$))",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}

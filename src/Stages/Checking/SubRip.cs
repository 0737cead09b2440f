using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Checking;

/// <summary>Reads captions as files and players have them.</summary>
internal static partial class SubRip
{
    public static ImmutableArray<FilmCaption> Read(string text)
    {
        var captions = ImmutableArray.CreateBuilder<FilmCaption>();
        FilmCaption? current = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            if (Times().Match(line) is { Success: true } times)
            {
                current = new FilmCaption(Seconds(times.Groups["start"].Value), Seconds(times.Groups["end"].Value), []);
            }
            else if (line.Length == 0)
            {
                if (current is { Lines.IsEmpty: false })
                {
                    captions.Add(current);
                }

                current = null;
            }
            else if (current is not null)
            {
                current = current with { Lines = current.Lines.Add(Tags().Replace(line, "").Trim()) };
            }
        }

        return captions.ToImmutable();
    }

    private static double Seconds(string time) => TimeSpan.Parse(time.Replace(',', '.'), CultureInfo.InvariantCulture).TotalSeconds;

    [GeneratedRegex(@"^(?<start>\d+:\d\d:\d\d[,.]\d+)\s+-->\s+(?<end>\d+:\d\d:\d\d[,.]\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Times();

    [GeneratedRegex(@"<[^>]{1,60}>|\{\\[^}]{1,60}\}")]
    private static partial Regex Tags();
}

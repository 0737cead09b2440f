using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Captions;

/// <summary>Captions as files.</summary>
internal static class CaptionFiles
{
    /// <summary>
    /// SubRip cannot escape what players take for markup. An invisible character after a bracket, brace or backslash keeps it from meaning something.
    /// </summary>
    public static string ToSubRip(IReadOnlyList<Caption> captions)
    {
        var file = new StringBuilder();
        for (var i = 0; i < captions.Count; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"{i + 1}\n{Time(captions[i].Start, ',')} --> {Time(captions[i].End, ',')}\n");
            foreach (var line in captions[i].Lines)
            {
                file.Append(line
                    .Replace("<", "<\u2060", StringComparison.Ordinal)
                    .Replace("{", "{\u2060", StringComparison.Ordinal)
                    .Replace("\\", "\\\u2060", StringComparison.Ordinal)).Append('\n');
            }

            file.Append('\n');
        }

        return file.ToString();
    }

    public static string ToWebVtt(IReadOnlyList<Caption> captions)
    {
        var file = new StringBuilder("WEBVTT\n\n");
        foreach (var caption in captions)
        {
            file.Append(CultureInfo.InvariantCulture, $"{Time(caption.Start, '.')} --> {Time(caption.End, '.')}\n");
            foreach (var line in caption.Lines)
            {
                file.Append(line
                    .Replace("&", "&amp;", StringComparison.Ordinal)
                    .Replace("<", "&lt;", StringComparison.Ordinal)
                    .Replace(">", "&gt;", StringComparison.Ordinal)).Append('\n');
            }

            file.Append('\n');
        }

        return file.ToString();
    }

    private static string Time(TimeSpan time, char decimalMark) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{decimalMark}{time.Milliseconds:000}");
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A caption of a clip.</summary>
/// <param name="Start">By the time of the clip.</param>
/// <param name="End">By the time of the clip.</param>
/// <param name="Settings">How it is placed, with the space before; mostly empty.</param>
/// <param name="Text">Its lines, as WebVTT has them.</param>
internal readonly record struct ClipCaption(TimeSpan Start, TimeSpan End, string Settings, string Text);

/// <summary>The captions that stand beside a clip, as WebVTT; and those of a film, in which each clip begins where the one before ends.</summary>
internal static partial class ClipCaptions
{
    public const string MediaType = "text/vtt";

    /// <summary>The most bytes of a file. Captions of a scene are some hundred.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The most bytes of a file whose captions are kept in memory; a longer one is read each time.</summary>
    public const int MaxKeptLength = 1 << 14;

    /// <summary>None where the text is no WebVTT. Blocks that are no captions (notes, styles, regions) are left out.</summary>
    public static ImmutableArray<ClipCaption> Read(string text)
    {
        var blocks = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        if (blocks is not ["WEBVTT", ..] && blocks is not [['W', 'E', 'B', 'V', 'T', 'T', ' ' or '\t' or '\n', ..], ..])
        {
            return [];
        }

        return [.. blocks.Skip(1).Select(block => Timing().Match(block)).Where(timing => timing.Success).Select(timing => new ClipCaption(
            TimeOf(timing, "start"), TimeOf(timing, "end"), timing.Groups["settings"].Value, timing.Groups["text"].Value))];
    }

    /// <summary>The captions that are shown within a stretch of the film, at their times in the film.</summary>
    /// <param name="captions">Each with the time at which its clip begins.</param>
    /// <param name="from">Where the stretch begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="head">What stands below the first line, with its line feed; empty for nothing.</param>
    public static string Write(IEnumerable<(TimeSpan ClipStart, ClipCaption Caption)> captions, TimeSpan from, TimeSpan to, string head)
    {
        var text = new StringBuilder("WEBVTT\n").Append(head).Append('\n');
        foreach (var (clip, caption) in captions)
        {
            if (clip + caption.Start < to && clip + caption.End > from)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Text(clip + caption.Start)} --> {Text(clip + caption.End)}{caption.Settings}\n{caption.Text}\n\n");
            }
        }

        return text.ToString();
    }

    private static TimeSpan TimeOf(Match timing, string of)
    {
        double Part(string name) => timing.Groups[of + name] is { Success: true } part ? double.Parse(part.Value, CultureInfo.InvariantCulture) : 0;
        return TimeSpan.FromSeconds((Part("H") * 3600) + (Part("M") * 60) + Part("S"));
    }

    private static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");

    /// <summary>Times of up to 9,999 hours, with or without the hours; a name of the caption may stand in a line before them.</summary>
    [GeneratedRegex(
        @"\A\n*(?:[^\n]+\n)?"
        + @"(?:(?<startH>\d{2,4}):)?(?<startM>[0-5]\d):(?<startS>[0-5]\d\.\d{3})[\t ]+-->[\t ]+"
        + @"(?:(?<endH>\d{2,4}):)?(?<endM>[0-5]\d):(?<endS>[0-5]\d\.\d{3})(?<settings>(?:[\t ][^\n]*)?)\n"
        + @"(?<text>[^\0]+?)\n*\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Timing();
}

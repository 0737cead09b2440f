using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Delivery;

/// <summary>One caption: the one or two lines that are shown at a time.</summary>
/// <param name="Start">When it appears, from the start of the video.</param>
/// <param name="End">When it disappears, from the start of the video.</param>
/// <param name="Lines">One or two.</param>
internal sealed record Caption(TimeSpan Start, TimeSpan End, ImmutableArray<string> Lines)
{
    public const int MaxLineWidth = 42;

    private const int MaxLines = 2;

    /// <summary>
    /// The captions of all scenes. A sentence that needs more than two lines becomes several captions, each as long as its share of the text.
    /// </summary>
    public static ImmutableArray<Caption> Of(IEnumerable<SceneMaterial> materials, int frameRate)
    {
        var captions = ImmutableArray.CreateBuilder<Caption>();
        foreach (var material in materials)
        {
            var offset = material.FirstFrame / (double)frameRate;
            foreach (var sentence in material.Timing.Sentences)
            {
                captions.AddRange(Split(Wrap(sentence.Text), offset + sentence.Start, offset + sentence.End));
            }
        }

        return captions.ToImmutable();
    }

    private static IEnumerable<Caption> Split(List<string> lines, double start, double end)
    {
        var total = Math.Max(1, lines.Sum(Width));
        var read = 0;
        foreach (var part in lines.Chunk(MaxLines))
        {
            var from = start + ((end - start) * read / total);
            read += part.Sum(Width);
            var to = start + ((end - start) * read / total);
            yield return new Caption(ToTime(from), ToTime(to), [.. part]);
        }
    }

    /// <summary>Rounds to whole milliseconds, the precision of both file formats.</summary>
    private static TimeSpan ToTime(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));

    private static List<string> Wrap(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        var lines = new List<string>();
        var line = new StringBuilder();
        var width = 0;
        foreach (var word in clean.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(SplitLong))
        {
            var wordWidth = Width(word);
            if (line.Length > 0 && width + 1 + wordWidth > MaxLineWidth)
            {
                lines.Add(line.ToString());
                line.Clear();
                width = 0;
            }

            if (line.Length > 0)
            {
                line.Append(' ');
                width++;
            }

            line.Append(word);
            width += wordWidth;
        }

        if (line.Length > 0)
        {
            lines.Add(line.ToString());
        }

        return lines;
    }

    /// <summary>Cuts words that are longer than a line: addresses, and sentences of scripts that are written without spaces.</summary>
    private static IEnumerable<string> SplitLong(string word)
    {
        if (Width(word) <= MaxLineWidth)
        {
            return [word];
        }

        var parts = new List<string>();
        var start = 0;
        var width = 0;
        for (var i = 0; i < word.Length; i += StringInfo.GetNextTextElementLength(word, i))
        {
            var next = Width(word.AsSpan(i, StringInfo.GetNextTextElementLength(word, i)));
            if (width + next > MaxLineWidth)
            {
                parts.Add(word[start..i]);
                (start, width) = (i, 0);
            }

            width += next;
        }

        return [.. parts, word[start..]];
    }

    private static int Width(string text) => Width(text.AsSpan());

    /// <summary>Chinese, Japanese and Korean characters are as wide as two letters.</summary>
    private static int Width(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
                : rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
                    or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x3FFFD) ? 2
                : 1;
        }

        return width;
    }
}

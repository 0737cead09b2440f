using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Slides;

/// <summary>One row of code on a slide: a line, or what of a long line had no room in the row before.</summary>
/// <param name="Line">The number of the line, from 0; -1 for none.</param>
/// <param name="Tokens">What stands in it.</param>
/// <param name="Indent">How far it is moved in because it goes on, in letters.</param>
internal sealed record CodeRow(int Line, ImmutableArray<CodeToken> Tokens, int Indent)
{
    /// <summary>How far a row that goes on is moved in from the line's own beginning.</summary>
    private const int Continuation = 4;

    public static int WidthOf(string line) => TextWidth.Of(line);

    /// <summary>Breaks lines that are longer than a row, between words where it can be.</summary>
    public static List<CodeRow> Wrap(ImmutableArray<ImmutableArray<CodeToken>> lines, int columns)
    {
        var rows = new List<CodeRow>();
        for (var line = 0; line < lines.Length; line++)
        {
            var text = string.Concat(lines[line].Select(token => token.Text));
            if (WidthOf(text) <= columns)
            {
                rows.Add(new CodeRow(line, lines[line], 0));
                continue;
            }

            var indent = Math.Min(text.Length - text.TrimStart(' ').Length + Continuation, columns / 2);
            var (start, isFirst) = (0, true);
            while (start < text.Length)
            {
                var end = EndOf(text, start, isFirst ? columns : columns - indent);
                rows.Add(new CodeRow(line, Part(lines[line], start, end), isFirst ? 0 : indent));
                start = end;
                while (start < text.Length && text[start] == ' ')
                {
                    start++;
                }

                isFirst = false;
            }
        }

        return rows;
    }

    private static int EndOf(string text, int start, int columns)
    {
        var (at, width, best) = (start, 0, -1);
        while (at < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            width += WidthOf(text.Substring(at, length));
            if (width > columns && at > start)
            {
                return best > start + (columns / 3) ? best : at;
            }

            at += length;
            best = text[at - 1] is ' ' or ',' or ';' or '(' or '/' or '&' or '|' or '=' ? at : best;
        }

        return text.Length;
    }

    private static ImmutableArray<CodeToken> Part(ImmutableArray<CodeToken> tokens, int start, int end)
    {
        var part = ImmutableArray.CreateBuilder<CodeToken>();
        var at = 0;
        foreach (var token in tokens)
        {
            var (from, to) = (Math.Max(start, at), Math.Min(end, at + token.Text.Length));
            if (from < to)
            {
                part.Add(token with { Text = token.Text[(from - at)..(to - at)] });
            }

            at += token.Text.Length;
        }

        return part.ToImmutable();
    }
}

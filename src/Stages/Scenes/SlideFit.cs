using System.Collections.Immutable;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Scenes;

/// <summary>How much fits a slide of 1920×1080 in letters that can be read from a sofa, and how more is spread over several.</summary>
internal static class SlideFit
{
    /// <summary>Letters of a line of text.</summary>
    public const int LineWidth = 60;

    /// <summary>Lines of text, and of list items.</summary>
    public const int MaxLines = 9;

    public const int CodeLines = 18;

    /// <summary>Letters of a line of code; more is cut.</summary>
    public const int CodeWidth = 88;

    public const int TableRows = 8;

    public const int TableColumns = 6;

    /// <summary>Letters of a cell; more is cut.</summary>
    public const int CellWidth = 64;

    /// <summary>Scenes that one list, table or piece of code may take; what is then left over is counted in a last line.</summary>
    public const int MaxParts = 3;

    /// <summary>Paragraphs in groups that fit one slide each.</summary>
    public static IEnumerable<ImmutableArray<string>> Paragraphs(IEnumerable<string> paragraphs) => Group(paragraphs.SelectMany(Spread), MaxLines);

    /// <summary>Items in groups that fit one slide each.</summary>
    public static IEnumerable<ImmutableArray<string>> Items(IEnumerable<string> items) => Group(items.SelectMany(item =>
    {
        // What does not fit beside other items goes on in a nested line.
        var indent = item[..(item.Length - item.TrimStart(' ').Length)];
        return Spread(item.Trim()).Select((part, index) => index == 0 ? indent + part : $"{indent}  {part}");
    }), MaxLines);

    public static IEnumerable<string> Code(string code)
    {
        var lines = code.Split('\n');
        var parts = Parts(lines.Length, CodeLines, out var kept);
        foreach (var part in parts)
        {
            var shown = lines[part].Select(line => TextWidth.Cut(line, CodeWidth)).ToList();
            if (part.End.Value == kept && kept < lines.Length)
            {
                shown.Add(More(lines.Length - kept, "line"));
            }

            yield return string.Join('\n', shown).Trim('\n');
        }
    }

    public static IEnumerable<(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows)> Table(TablePiece table)
    {
        var width = Math.Min(table.Columns.Length, TableColumns);
        ImmutableArray<string> columns = [.. table.Columns.Take(width).Select(Cell)];
        var parts = Parts(table.Rows.Length, TableRows, out var kept);
        foreach (var part in parts)
        {
            var rows = table.Rows.AsSpan()[part].ToArray().Select(row => row.Take(width).Select(Cell).ToImmutableArray()).ToList();
            if (part.End.Value == kept && kept < table.Rows.Length)
            {
                rows.Add([More(table.Rows.Length - kept, "row"), .. Enumerable.Repeat("", width - 1)]);
            }

            yield return (columns, [.. rows]);
        }
    }

    public static string More(int count, string what) => $"… {count} more {what}{(count == 1 ? "" : "s")}";

    private static string Cell(string text) => TextWidth.Cut(text, CellWidth);

    /// <summary>Even parts of at most <paramref name="most"/>, at most <see cref="MaxParts"/> of them.</summary>
    private static List<Range> Parts(int count, int most, out int kept)
    {
        kept = Math.Min(count, most * MaxParts);
        var parts = Math.Max(1, (kept + most - 1) / most);
        var ranges = new List<Range>();
        for (var i = 0; i < parts; i++)
        {
            ranges.Add((kept * i / parts)..(kept * (i + 1) / parts));
        }

        return ranges;
    }

    private static IEnumerable<ImmutableArray<string>> Group(IEnumerable<string> texts, int maxLines)
    {
        var group = ImmutableArray.CreateBuilder<string>();
        var used = 0;
        foreach (var text in texts)
        {
            var lines = LinesOf(text);
            if (used > 0 && used + lines > maxLines)
            {
                yield return group.ToImmutable();
                group.Clear();
                used = 0;
            }

            group.Add(text);
            used += lines;
        }

        if (group.Count > 0)
        {
            yield return group.ToImmutable();
        }
    }

    private static int LinesOf(string text) => Math.Max(1, (TextWidth.Of(text) + LineWidth - 1) / LineWidth);

    /// <summary>A text that is too long for a slide in parts of about the same length, whole sentences each.</summary>
    private static IEnumerable<string> Spread(string text)
    {
        var width = TextWidth.Of(text);
        const int Most = LineWidth * MaxLines;
        if (width <= Most)
        {
            return [text];
        }

        var target = width / ((width + Most - 1) / Most);
        var parts = new List<string>();
        var part = "";
        foreach (var sentence in Sentences.Split(text))
        {
            var longer = part.Length == 0 ? sentence : $"{part} {sentence}";
            if (part.Length > 0 && (TextWidth.Of(longer) > Most || TextWidth.Of(part) >= target))
            {
                parts.Add(part);
                longer = sentence;
            }

            part = longer;
        }

        parts.Add(part);
        return parts;
    }
}

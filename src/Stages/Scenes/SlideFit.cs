using System.Collections.Immutable;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Scenes;

/// <summary>How text and lists are spread over slides. What a slide says should be heard in well under half a minute.</summary>
internal static class SlideFit
{
    /// <summary>Letters of a line of text.</summary>
    public const int LineWidth = 60;

    /// <summary>Lines of list items.</summary>
    public const int MaxLines = 7;

    /// <summary>Letters that are spoken over one slide of text, and over one of a list.</summary>
    public const int SpokenText = 340;
    public const int SpokenList = 620;

    /// <summary>Scenes that one list, table or piece of code may take; what is then left over is counted in a last line, and in a warning.</summary>
    public const int MaxParts = 6;

    /// <summary>Paragraphs in groups for one slide each. A sentence is never parted.</summary>
    public static IEnumerable<ImmutableArray<string>> Paragraphs(IEnumerable<string> paragraphs) =>
        Group(paragraphs.SelectMany(Spread), text => TextWidth.Of(text), SpokenText);

    /// <summary>Items in groups that fit one slide each. Items that are nested stay with the one that they belong to, or are shown under it again.</summary>
    public static IEnumerable<ImmutableArray<ListItem>> Items(IReadOnlyList<ListItem> items)
    {
        var page = new List<ListItem>();
        var parents = new List<ListItem>();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            parents.RemoveAll(parent => parent.Level >= item.Level);
            var family = item.Level == 0 ? Family(items, i) : [item];
            if (page.Count > 0 && (!Fits([.. page, item]) || (!Fits([.. page, .. family]) && Fits(family))))
            {
                yield return [.. page];
                page.Clear();
                page.AddRange(parents);
            }

            page.Add(item);
            parents.Add(item);
        }

        if (page.Count > 0)
        {
            yield return [.. page];
        }
    }

    /// <summary>Code in parts of about as many rows each; lines that are too long take several rows.</summary>
    public static IEnumerable<string> Code(string code, int columns, int rows, out int left)
    {
        var lines = code.Split('\n');
        int RowsOf(string line) => CodeRow.Wrap([[new CodeToken(line, CodeTokenKind.Plain)]], columns).Count;
        var total = lines.Sum(RowsOf);
        var count = Math.Max(1, (total + rows - 1) / rows);
        var target = Math.Min(rows, (total + count - 1) / count);
        var parts = new List<List<string>> { new() };
        var used = 0;
        foreach (var line in lines)
        {
            var more = RowsOf(line);

            // A blank line near the end of a part is the best place to go on in the next.
            var isBreak = line.Length == 0 && used >= target * 0.7 && count > 1;
            if (parts[^1].Count > 0 && (used + more > rows || used >= target || isBreak))
            {
                parts.Add([]);
                used = 0;
            }

            if (line.Length > 0 || parts[^1].Count > 0)
            {
                parts[^1].Add(line);
                used += more;
            }
        }

        left = parts.Skip(MaxParts).Sum(part => part.Count);
        if (left > 0)
        {
            parts[MaxParts - 1].Add(More(left, "line"));
        }

        return parts.Take(MaxParts).Select(part => string.Join('\n', part).TrimEnd('\n'));
    }

    public static string More(int count, string what) => $"… {count} more {what}{(count == 1 ? "" : "s")}";

    private static bool Fits(List<ListItem> items) =>
        items.Count <= MaxLines && items.Sum(item => item.Lines) <= MaxLines && items.Sum(item => TextWidth.Of(item.Text)) <= SpokenList;

    /// <summary>An item of the first level with all that is nested in it.</summary>
    private static List<ListItem> Family(IReadOnlyList<ListItem> items, int at) =>
        [items[at], .. items.Skip(at + 1).TakeWhile(item => item.Level > 0)];

    private static IEnumerable<ImmutableArray<string>> Group(IEnumerable<string> texts, Func<string, int> size, int most)
    {
        var group = ImmutableArray.CreateBuilder<string>();
        var used = 0;
        foreach (var text in texts)
        {
            if (used > 0 && used + size(text) > most)
            {
                yield return group.ToImmutable();
                group.Clear();
                used = 0;
            }

            group.Add(text);
            used += size(text);
        }

        if (group.Count > 0)
        {
            yield return group.ToImmutable();
        }
    }

    /// <summary>A text that is too long for a slide in parts of about the same length, whole sentences each.</summary>
    private static IEnumerable<string> Spread(string text)
    {
        var width = TextWidth.Of(text);
        if (width <= SpokenText)
        {
            return [text];
        }

        var target = width / ((width + SpokenText - 1) / SpokenText);
        var parts = new List<string>();
        var part = "";
        foreach (var sentence in KeyPhrases.WholeSentences(text))
        {
            var longer = part.Length == 0 ? sentence : $"{part} {sentence}";
            if (part.Length > 0 && (TextWidth.Of(longer) > SpokenText || TextWidth.Of(part) >= target))
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

/// <summary>One item of a list.</summary>
/// <param name="Text">As the voice says it.</param>
/// <param name="Short">As the slide shows it.</param>
/// <param name="Level">How deep it is nested; 0 for not at all.</param>
internal sealed record ListItem(string Text, string Short, int Level)
{
    public int Lines => Math.Max(1, (TextWidth.Of(Short) + SlideFit.LineWidth - 1) / SlideFit.LineWidth);

    public string Line => string.Concat(Enumerable.Repeat("  ", Level)) + Text;

    public static ListItem Of(string line, KeyPhrases phrases) =>
        new(line.Trim(), phrases.ShortItem(line), (line.Length - line.TrimStart(' ').Length) / 2);
}

using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>
/// Takes what is meant for the speaker alone out of a deck of slides, and what a deck says about its slides: notes of reveal.js, remark and Deckset,
/// heads of Slidev's
/// slides, marks between slides. A note is never published.
/// </summary>
internal static partial class DeckNotes
{
    private const string Left = "The speaker's notes of the slides are left out.";

    public static IReadOnlyList<string> Remove(IReadOnlyList<string> lines, ISet<string> warnings)
    {
        var isCode = CodeLines.Of(lines);
        var isDeck = Enumerable.Range(0, lines.Count).Any(i => !isCode[i] && IsDeckMark(lines, i));
        var isRemark = isDeck && Enumerable.Range(0, lines.Count).Any(i => !isCode[i] && lines[i].Trim() == "???");
        var kept = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (isCode[i])
            {
                kept.Add(lines[i]);
            }
            else if (SlideHeadEnd(lines, i) is { } head)
            {
                kept.AddRange(["", "---", ""]);
                i = head;
            }
            else if (isRemark && IsAfterRule(lines, i) && RemarkProperty().IsMatch(lines[i]))
            {
                kept.Add("");
            }
            else if (lines[i].Trim() == "--" && IsBlank(lines, i - 1))
            {
                kept.AddRange(["", "---", ""]);
            }
            else if (Slot().IsMatch(lines[i]))
            {
                kept.Add("");
            }
            else if (NoteEnd(lines, isCode, i, isDeck) is { } end)
            {
                warnings.Add(Left);
                kept.Add("");
                i = end - 1;
            }
            else if (DecksetNote().IsMatch(lines[i]))
            {
                warnings.Add(Left);
            }
            else
            {
                kept.Add(isRemark ? RemarkClass().Replace(lines[i], "${text}") : lines[i]);
            }
        }

        return kept;
    }

    private static bool IsDeckMark(IReadOnlyList<string> lines, int i) =>
        (lines[i].Trim() is "--" or "???" && IsBlank(lines, i - 1)) || DeckMark().IsMatch(lines[i]);

    /// <summary>The line after a note that begins here: the next mark between slides, or the end. Null where none begins.</summary>
    private static int? NoteEnd(IReadOnlyList<string> lines, bool[] isCode, int at, bool isDeck)
    {
        var line = lines[at];
        var isRemark = line.Trim() == "???";
        var begin = Note().Match(line);
        if (!isRemark && !(begin.Success && IsBlank(lines, at - 1)))
        {
            return null;
        }

        var end = at + 1;
        var passedHeading = false;
        while (end < lines.Count && (isCode[end] || !(lines[end].Trim() is "---" or "--" or "----" && (lines[end].Trim() != "--" || IsBlank(lines, end - 1)))))
        {
            passedHeading |= !isCode[end] && Heading().IsMatch(lines[end]);
            end++;
        }

        // Without another sign of a deck, "Note:" on a line of its own counts where the slide ends before the next heading, and there are slides at all.
        var isNote = isRemark || isDeck || (begin.Groups["text"].Value.Trim().Length == 0 && !passedHeading && HasRules(lines, isCode));
        return isNote ? end : null;
    }

    private static bool HasRules(IReadOnlyList<string> lines, bool[] isCode)
    {
        for (var i = 1; i < lines.Count; i++)
        {
            if (!isCode[i] && lines[i].Trim() == "---" && (IsBlank(lines, i - 1) || IsBlank(lines, i + 1)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last line of the head of a slide: lines of YAML right after the mark between two slides, up to another mark.</summary>
    private static int? SlideHeadEnd(IReadOnlyList<string> lines, int at)
    {
        const int MaxHead = 60;
        if (lines[at].Trim() != "---" || !IsBlank(lines, at - 1))
        {
            return null;
        }

        for (var end = at + 1; end < Math.Min(lines.Count, at + MaxHead); end++)
        {
            if (lines[end].Trim() == "---")
            {
                return end > at + 1 ? end : null;
            }

            if (!(end == at + 1 ? HeadKey() : HeadLine()).IsMatch(lines[end]))
            {
                return null;
            }
        }

        return null;
    }

    private static bool IsAfterRule(IReadOnlyList<string> lines, int at)
    {
        while (at > 0 && RemarkProperty().IsMatch(lines[at - 1]))
        {
            at--;
        }

        return at == 0 || lines[at - 1].Trim() is "---" or "--";
    }

    private static bool IsBlank(IReadOnlyList<string> lines, int at) => at < 0 || at >= lines.Count || string.IsNullOrWhiteSpace(lines[at]);

    [GeneratedRegex(
        @"<!--\s*\.(?:slide|element)|<!--\s*_?(?:class|paginate|backgroundColor|header|footer)\s*:"
        + @"|<aside\s+class=[""']?notes|<section\s+data-markdown|^::[\w-]+::\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex DeckMark();

    [GeneratedRegex(@"^\s{0,3}notes?:(?<text>.*)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Note();

    [GeneratedRegex(@"^\^ ?\S.{0,400}\s\S")]
    private static partial Regex DecksetNote();

    [GeneratedRegex(@"^#{1,6}\s")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^::[\w-]+::\s*$")]
    private static partial Regex Slot();

    [GeneratedRegex(@"^[a-z][\w-]*:(?:\s|$)")]
    private static partial Regex HeadKey();

    [GeneratedRegex(@"^(?:[a-z][\w-]*:(?:\s|$)|\s+\S|-\s|#|\s*$)", RegexOptions.ExplicitCapture)]
    private static partial Regex HeadLine();

    [GeneratedRegex(
        @"^(?:class|name|template|layout|count|exclude|continued|background-image|background-size|background-position):\s*\S",
        RegexOptions.ExplicitCapture)]
    private static partial Regex RemarkProperty();

    [GeneratedRegex(@"(?<![\w\\)])\.[a-z][\w-]*(?:\.[a-z][\w-]*)*\[(?<text>[^\[\]]{0,500})\]", RegexOptions.ExplicitCapture)]
    private static partial Regex RemarkClass();
}

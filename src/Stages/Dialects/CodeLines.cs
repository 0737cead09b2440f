using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>Tells the lines of fenced code from all others.</summary>
internal static partial class CodeLines
{
    /// <summary>For each line, whether it is a fence or stands between two.</summary>
    public static bool[] Of(IReadOnlyList<string> lines)
    {
        var isCode = new bool[lines.Count];
        var fence = "";
        for (var i = 0; i < lines.Count; i++)
        {
            isCode[i] = fence.Length > 0;
            var mark = Fence().Match(lines[i]);
            if (!mark.Success)
            {
                continue;
            }

            var found = mark.Groups["mark"].Value;
            if (fence.Length == 0)
            {
                // Backticks after an opening fence make it a code span.
                fence = found[0] == '`' && mark.Groups["rest"].Value.Contains('`', StringComparison.Ordinal) ? "" : found;
                isCode[i] = fence.Length > 0;
            }
            else if (found[0] == fence[0] && found.Length >= fence.Length && mark.Groups["rest"].Value.Trim().Length == 0)
            {
                fence = "";
            }
        }

        return isCode;
    }

    /// <summary>Changes what is not fenced code, each stretch as a whole.</summary>
    public static string Outside(string text, Func<string, string> change)
    {
        var lines = text.Split('\n');
        var isCode = Of(lines);
        var parts = new List<string>();
        for (var i = 0; i < lines.Length;)
        {
            var end = i + 1;
            while (end < lines.Length && isCode[end] == isCode[i])
            {
                end++;
            }

            var part = string.Join('\n', lines[i..end]);
            parts.Add(isCode[i] ? part : change(part));
            i = end;
        }

        return string.Join('\n', parts);
    }

    /// <summary>Changes what stands outside of code spans.</summary>
    public static string OutsideSpans(string text, Func<string, string> change)
    {
        var parts = new List<string>();
        var start = 0;
        foreach (Match span in Span().Matches(text))
        {
            parts.Add(change(text[start..span.Index]));
            parts.Add(span.Value);
            start = span.Index + span.Length;
        }

        parts.Add(change(text[start..]));
        return string.Concat(parts);
    }

    [GeneratedRegex(@"^[ \t]*(?:>[ \t]?)*(?<mark>`{3,}|~{3,})(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)(?<mark>`{1,8})(?!`)(?:[^`]|(?!\k<mark>(?!`))`){1,4000}?(?<!`)\k<mark>(?!`)", RegexOptions.ExplicitCapture)]
    private static partial Regex Span();
}

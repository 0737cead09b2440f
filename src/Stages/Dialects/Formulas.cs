using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>
/// Finds formulas in TeX and puts them where no mark of Markdown changes them: one within a line into a code span that begins with <see
/// cref="Mark"/>, one of its own into
/// a fence of the language <see cref="Language"/>.
/// </summary>
internal static partial class Formulas
{
    /// <summary>Stands at the head of a code span that is a formula. No document holds it: <c>DocumentText.Normalize</c> drops it.</summary>
    public const char Mark = '\uE010';

    /// <summary>The language of a fence that holds a formula, as GitHub names it.</summary>
    public const string Language = "math";

    public static string Protect(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal) && !text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        text = CodeLines.Outside(text, part =>
        {
            part = Environment().Replace(part, match => Fence(match.Value));
            part = Display().Replace(part, match => Fence(match.Groups["tex"].Value));
            return BracketDisplay().Replace(part, match => LooksLikeTeX(match.Groups["tex"].Value) ? Fence(match.Groups["tex"].Value) : match.Value);
        });
        return CodeLines.Outside(text, part =>
        {
            part = GitLab().Replace(part, match => Span(match.Groups["tex"].Value));
            return CodeLines.OutsideSpans(part, plain =>
            {
                plain = Parentheses().Replace(plain, match => LooksLikeTeX(match.Groups["tex"].Value) ? Span(match.Groups["tex"].Value) : match.Value);
                return Dollars().Replace(plain, match => Span(match.Groups["tex"].Value));
            });
        });
    }

    private static string Fence(string tex) => $"\n\n```{Language}\n{tex.Trim()}\n```\n\n";

    private static string Span(string tex) => tex.Contains('`', StringComparison.Ordinal) ? $"``{Mark}{tex.Trim()}``" : $"`{Mark}{tex.Trim()}`";

    private static bool LooksLikeTeX(string text) => text.IndexOfAny(['\\', '^', '_', '=', '+']) >= 0 || text.Trim().Length <= 2;

    [GeneratedRegex(
        @"^[ \t]*\\begin\{(?<name>equation|align|gather|multline|eqnarray|displaymath)(?<star>\*?)\}[\s\S]{1,4000}?\\end\{\k<name>\*?\}[ \t]*$",
        RegexOptions.Multiline)]
    private static partial Regex Environment();

    [GeneratedRegex(@"^[ \t]*(?<!\\)\$\$(?<tex>(?:(?!\$\$|\n[ \t]*\n)[\s\S]){1,4000})\$\$[ \t]*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Display();

    [GeneratedRegex(@"^[ \t]*\\\[(?<tex>(?:(?!\\\]|\n[ \t]*\n)[\s\S]){1,4000})\\\][ \t]*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex BracketDisplay();

    [GeneratedRegex(@"\$`(?<tex>[^`\n]{1,1000})`\$", RegexOptions.ExplicitCapture)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"(?<!\\)\\\((?<tex>[^\n]{1,1000}?)\\\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Parentheses();

    /// <summary>As pandoc reads them: no space after the first dollar nor before the last, and no digit after that, so that prices stay prices.</summary>
    [GeneratedRegex(@"(?<![\\$\w])\$(?<two>\$?)(?![\s$])(?<tex>(?:\\[^\n]|[^$\\\n]){1,1000}?)(?<![\s\\])\k<two>\$(?![\d$\w])", RegexOptions.ExplicitCapture)]
    private static partial Regex Dollars();
}

using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>Marks within lines that only other programs know: attributes, citations, links between notes, comments, commands of TeX, names of icons.</summary>
internal static partial class InlineMarks
{
    /// <summary>A longer line is no person's, and is left as it is.</summary>
    private const int MaxLine = 20_000;

    public static string Replace(string text, ISet<string> warnings)
    {
        var defined = Definition().Matches(text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var notes = new List<string>();
        text = CodeLines.Outside(text, part => Contents().Replace(HiddenComment(part), ""));
        text = CodeLines.Outside(text, part =>
            string.Join('\n', part.Split('\n').Select(line => line.Length > MaxLine ? line : Line(line, defined, notes, warnings))));
        return notes.Count == 0 ? text : $"{text}\n\n{string.Join('\n', notes)}\n";
    }

    private static string HiddenComment(string text) =>
        text.Contains("%%", StringComparison.Ordinal) ? CodeLines.OutsideSpans(text, plain => ObsidianComment().Replace(plain, "")) : text;

    private static string Line(string line, HashSet<string> defined, List<string> notes, ISet<string> warnings)
    {
        if (Command().IsMatch(line) || OnlyAttributes().IsMatch(line) || OnlyTags().IsMatch(line) || Abbreviation().IsMatch(line) || ContentsMark()
            .IsMatch(line))
        {
            return "";
        }

        if (LineBlock().Match(line) is { Success: true } verse)
        {
            // A line of verse or of an address, as pandoc writes it.
            line = verse.Groups["text"].Value.TrimEnd() + "\\";
        }

        if (line.Contains('{', StringComparison.Ordinal))
        {
            line = Heading().IsMatch(line) || Setext().IsMatch(line) ? EndAttributes().Replace(line, "") : line;
            line = AttributedSpan().Replace(line, match => (match.Groups["before"].Value, match.Groups["link"].Value) switch
            {
                ("", "") => match.Groups["text"].Value,
                var (before, link) => $"{before}[{match.Groups["text"].Value}]{link}",
            });
            line = AfterMark().Replace(line, "");
        }

        return CodeLines.OutsideSpans(line, plain => Plain(plain, defined, notes, warnings));
    }

    private static string Plain(string text, HashSet<string> defined, List<string> notes, ISet<string> warnings)
    {
        if (text.Contains("[[", StringComparison.Ordinal))
        {
            text = WikiPicture().Replace(text, match =>
                $"![{match.Groups["alias"].Value.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'x')}](<{match.Groups["page"].Value}>)");
            text = WikiEmbed().Replace(text, match =>
            {
                warnings.Add($"The note {match.Groups["page"].Value} is embedded by its program alone, so it is left out.");
                return "";
            });
            text = WikiLink().Replace(text, NameOf);
        }

        if (text.Contains("[^", StringComparison.Ordinal))
        {
            text = FootnoteMark().Replace(text, match => defined.Contains(match.Groups["name"].Value) ? match.Value : "");
        }

        if (text.Contains("^[", StringComparison.Ordinal))
        {
            text = InlineNote().Replace(text, match =>
            {
                var name = $"inline-{notes.Count + 1}";
                notes.Add($"[^{name}]: {match.Groups["text"].Value}\n");
                return $"[^{name}]";
            });
        }

        text = Citation().Replace(text, "");
        text = BlockId().Replace(text, "");
        text = Icon().Replace(text, "");
        if (text.Contains('\\', StringComparison.Ordinal))
        {
            text = TexStyle().Replace(text, "${text}");
            text = TexReference().Replace(text, "");
            text = text.Replace(@"\LaTeX{}", "LaTeX", StringComparison.Ordinal).Replace(@"\LaTeX", "LaTeX", StringComparison.Ordinal)
                .Replace(@"\TeX", "TeX", StringComparison.Ordinal);
        }

        return text;
    }

    private static string NameOf(Match link)
    {
        var (page, heading, alias) = (link.Groups["page"].Value.Trim(), link.Groups["heading"].Value.Trim().TrimStart('^'), link.Groups["alias"].Value.Trim());
        var name = page[(page.LastIndexOf('/') + 1)..];
        return alias.Length > 0 ? alias : name.Length == 0 ? heading : heading.Length == 0 ? name : $"{name}, {heading}";
    }

    [GeneratedRegex(@"%%[\s\S]{0,20000}?%%")]
    private static partial Regex ObsidianComment();

    /// <summary>A list of contents that a tool wrote between two comments.</summary>
    [GeneratedRegex(
        @"<!--\s*(?:toc|START doctoc)\b[^>]{0,300}-->[\s\S]{0,50000}?<!--\s*(?:tocstop|/toc|END doctoc|toc end|endtoc)\b[^>]{0,300}-->",
        RegexOptions.IgnoreCase)]
    private static partial Regex Contents();

    [GeneratedRegex(@"^\s*(?:\[toc\]|\[\[_?toc_?\]\]|@\[toc\].*|\$\{toc\}|\{\{\s*toc\s*\}\}|\[\[\s*table of contents\s*\]\])\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex ContentsMark();

    [GeneratedRegex(
        @"^\s*\\(?:newpage|pagebreak|clearpage|cleardoublepage|tableofcontents|maketitle|noindent|bigskip|medskip|smallskip|vfill|hfill"
        + @"|appendix|listoffigures|listoftables"
        + @"|centering|vspace|hspace|begin|end|setcounter|pagestyle|thispagestyle|usepackage|newcommand|renewcommand|label|bibliography"
        + @"|printbibliography|columnbreak)\b"
        + @"(?:\*|\[[^\]]*\]|\{[^}]*\})*\s*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\s*\{\s*(?:[.#:][^{}]*|[\w-]+=[^{}]*)\}\s*$")]
    private static partial Regex OnlyAttributes();

    [GeneratedRegex(@"^\s*#[\p{L}\d_][\w/-]*(?:\s+#[\p{L}\d_][\w/-]*)*\s*$")]
    private static partial Regex OnlyTags();

    [GeneratedRegex(@"^\*\[[^\]]{1,60}\]:\s")]
    private static partial Regex Abbreviation();

    [GeneratedRegex(@"^\|\s(?<text>[^|]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex LineBlock();

    [GeneratedRegex(@"^\s{0,3}(?:>\s?)*#{1,6}\s")]
    private static partial Regex Heading();

    /// <summary>A line that could be a heading with a line under it: its attributes stand at its end.</summary>
    [GeneratedRegex(@"^[^|{}]+\{\s*[#.][\w-]+[^{}|]*\}\s*$")]
    private static partial Regex Setext();

    [GeneratedRegex(
        @"\s*\{\s*(?:-|(?:[.#][\w:.-]+|[\w-]+=(?:""[^""]*""|'[^']*'|[^\s}]+))(?:\s+(?:[.#][\w:.-]+|[\w-]+=(?:""[^""]*""|'[^']*'"
        + @"|[^\s}]+)))*)\s*\}\s*#*\s*$")]
    private static partial Regex EndAttributes();

    [GeneratedRegex(
        @"(?<before>!?)\[(?<text>[^\[\]\n]{0,1000})\](?<link>\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\]|)\{\s*(?:[.#][\w:.-]+"
        + @"|[\w-]+=(?:""[^""]*""|'[^']*'|[^\s}]+)|-)[^{}\n]{0,300}\}",
        RegexOptions.ExplicitCapture)]
    private static partial Regex AttributedSpan();

    [GeneratedRegex(@"(?<=[\])`*_])\{\s*:?\s*(?:[.#][\w:.-]+|[\w-]+=(?:""[^""]*""|'[^']*'|[^\s}]+))[^{}\n]{0,300}\}")]
    private static partial Regex AfterMark();

    [GeneratedRegex(
        @"!\[\[(?<page>[^\]|#\n]{1,300}\.(?:png|jpe?g|gif|webp|bmp|svg))(?:#[^\]|\n]{0,100})?(?:\|(?<alias>[^\]\n]{0,100}))?\]\]",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex WikiPicture();

    [GeneratedRegex(@"!\[\[(?<page>[^\]|#\n]{1,300})[^\]\n]{0,200}\]\]", RegexOptions.ExplicitCapture)]
    private static partial Regex WikiEmbed();

    [GeneratedRegex(
        @"\[\[(?<page>[^\]\[|#\n]{0,300})(?:#(?<heading>[^\]|\n]{1,300}))?(?:\\?\|(?<alias>[^\]\n]{1,300}))?\]\](?!\()",
        RegexOptions.ExplicitCapture)]
    private static partial Regex WikiLink();

    [GeneratedRegex(@"^\s{0,3}\[\^(?<name>[^\]\s]{1,100})\]:", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\[\^(?<name>[^\]\s]{1,100})\]", RegexOptions.ExplicitCapture)]
    private static partial Regex FootnoteMark();

    [GeneratedRegex(@"(?<!\w)\^\[(?<text>[^\[\]\n]{1,1000})\]|(?<=[\w.,;!?)])\^\[(?<text>[^\[\]\n]{1,1000})\]", RegexOptions.ExplicitCapture)]
    private static partial Regex InlineNote();

    [GeneratedRegex(@"\s?\[(?:[^\[\]@\n]{0,60}\s)?-?@[A-Za-z0-9_][\w:.#$%&+?<>~/-]*(?:[\s;,][^\[\]\n]{0,300})?\](?![(\[:])")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\s\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{4,40}[ \t]*$")]
    private static partial Regex BlockId();

    [GeneratedRegex(@":(?:material|fontawesome|octicons|simple|lucide|carbon|mdi|bi)-[\w-]{1,80}:|:fa[bsr]?-[\w-]{1,60}:")]
    private static partial Regex Icon();

    [GeneratedRegex(@"\\(?:textbf|textit|emph|texttt|underline|textsc|textsf)\{(?<text>[^{}\n]{0,500})\}", RegexOptions.ExplicitCapture)]
    private static partial Regex TexStyle();

    [GeneratedRegex(@"\s?\\(?:cite[tp]?|ref|eqref|label|index|footnotemark|pageref|autoref|vspace|hspace)\*?(?:\[[^\]\n]{0,100}\])?\{[^{}\n]{0,200}\}")]
    private static partial Regex TexReference();
}

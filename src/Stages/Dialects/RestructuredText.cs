using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>
/// reStructuredText as Markdown, as far as documents commonly use it: titles, lists, literal blocks, directives, roles, links, fields, simple tables.
/// </summary>
internal static partial class RestructuredText
{
    private static readonly HashSet<string> Admonitions = new(StringComparer.OrdinalIgnoreCase)
    {
        "note", "tip", "hint", "important", "warning", "caution", "danger", "attention", "error", "seealso", "admonition", "versionadded",
        "versionchanged", "deprecated",
        "topic", "sidebar",
    };

    public static string ToMarkdown(string text)
    {
        var lines = text.Replace("\t", "    ", StringComparison.Ordinal).Split('\n');
        var levels = new List<string>();
        var kept = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (Title(lines, i, levels) is var (title, level, last))
            {
                kept.AddRange(["", $"{new string('#', Math.Min(6, level))} {Inline(title)}", ""]);
                i = last;
            }
            else if (Directive().Match(lines[i]) is { Success: true } directive)
            {
                var end = EndOfIndented(lines, i, directive.Groups["indent"].Length);
                AddDirective(kept, directive, Dedent(lines[(i + 1)..end]));
                i = end - 1;
            }
            else if (Explicit().Match(lines[i]) is { Success: true } comment)
            {
                var end = EndOfIndented(lines, i, comment.Groups["indent"].Length);
                if (FootnoteText().Match(lines[i]) is { Success: true } note)
                {
                    var words = string.Join(' ', [note.Groups["text"].Value, .. Dedent(lines[(i + 1)..end])]);
                    kept.Add($"[^{note.Groups["name"].Value.TrimStart('#')}]: {Inline(words)}");
                }

                i = end - 1;
            }
            else if (SimpleTable(lines, i, kept) is { } afterTable)
            {
                i = afterTable - 1;
            }
            else if (Field().IsMatch(lines[i]))
            {
                i = EndOfIndented(lines, i, 0) - 1;
            }
            else if (lines[i].TrimEnd().EndsWith("::", StringComparison.Ordinal) && NextIsIndented(lines, i))
            {
                var said = lines[i].TrimEnd()[..^2].TrimEnd();
                var end = EndOfIndented(lines, i, lines[i].Length - lines[i].TrimStart().Length);
                kept.AddRange([said.Length == 0 ? "" : Inline(said) + ":", "", "```", .. Dedent(lines[(i + 1)..end]), "```", ""]);
                i = end - 1;
            }
            else
            {
                kept.Add(lines[i].StartsWith("| ", StringComparison.Ordinal) && !lines[i].TrimEnd().EndsWith('|') ? Inline(lines[i][2..]) + "\\"
                    : Inline(EnumeratedAutomatically().Replace(lines[i], "${indent}1. ")));
            }
        }

        return string.Join('\n', kept);
    }

    /// <summary>A line over or under a line of text: the order in which their kinds appear is their level.</summary>
    private static (string Title, int Level, int Last)? Title(string[] lines, int at, List<string> levels)
    {
        var over = Line().IsMatch(lines[at]) && at + 2 < lines.Length && lines[at + 1].Trim().Length > 0 && lines[at + 2].TrimEnd() == lines[at].TrimEnd();
        var (text, under) = over ? (at + 1, at + 2) : (at, at + 1);
        if (under >= lines.Length || lines[text].Trim().Length == 0 || !Line().IsMatch(lines[under]) || Line().IsMatch(lines[text])
            || (!over && (lines[text][0] == ' ' || lines[under].TrimEnd().Length < Math.Min(3, lines[text].Trim().Length)
                || (at > 0 && lines[at - 1].Trim().Length > 0 && !Line().IsMatch(lines[at - 1])))))
        {
            return null;
        }

        var kind = $"{lines[under][0]}{over}";
        if (!levels.Contains(kind))
        {
            levels.Add(kind);
        }

        return (lines[text].Trim(), levels.IndexOf(kind) + 1, under);
    }

    private static void AddDirective(List<string> kept, Match directive, List<string> body)
    {
        var (name, argument) = (directive.Groups["name"].Value.ToLowerInvariant(), directive.Groups["argument"].Value.Trim());
        var options = body.TakeWhile(line => Option().IsMatch(line)).ToList();
        var content = body.Skip(options.Count).ToList();
        if (name is "code-block" or "code" or "sourcecode" or "highlight" or "prompt" or "parsed-literal")
        {
            kept.AddRange(content.Any(line => line.Trim().Length > 0)
                ? ["", $"```{argument}", .. content.SkipWhile(line => line.Trim().Length == 0), "```", ""] : []);
        }
        else if (name == "math")
        {
            kept.AddRange(["", "```math", argument, .. content.Where(line => line.Trim().Length > 0), "```", ""]);
        }
        else if (name is "image" or "figure")
        {
            var alt = options.Select(option => Option().Match(option))
                .FirstOrDefault(option => option.Groups["name"].Value == "alt")?.Groups["value"].Value ?? "";
            var caption = name == "figure" ? string.Join(' ', content).Trim() : "";
            kept.AddRange(["", $"![{(caption.Length > 0 ? caption : alt)}](<{argument}>)", ""]);
        }
        else if (name is "epigraph" or "pull-quote" or "highlights")
        {
            kept.AddRange(["", .. content.Select(line => "> " + Inline(line)), ""]);
        }
        else if (Admonitions.Contains(name))
        {
            var said = name switch
            {
                "versionadded" => $"New in version {argument}",
                "versionchanged" => $"Changed in version {argument}",
                "deprecated" => $"Deprecated since version {argument}",
                "seealso" => "See also",
                "admonition" or "topic" or "sidebar" => argument,
                _ => char.ToUpperInvariant(name[0]) + name[1..],
            };
            var isTitle = name is "admonition" or "topic" or "sidebar" || said.Contains("version", StringComparison.Ordinal);
            var first = isTitle ? [] : new[] { argument }.Where(part => part.Length > 0);
            kept.AddRange(["", $"**{said}:** {Inline(string.Join(' ', first))}".TrimEnd(), .. content.Any(line => line.Length > 0)
                ? ToMarkdown(string.Join('\n', content)).TrimStart('\n').Split('\n') : [], ""]);
        }
    }

    private static int? SimpleTable(string[] lines, int at, List<string> kept)
    {
        if (!TableRule().IsMatch(lines[at]))
        {
            return null;
        }

        var columns = ColumnRuns().Matches(lines[at].TrimEnd()).Select(run => (run.Index, run.Length)).ToList();
        var rules = new List<int> { at };
        var end = at + 1;
        for (; end < lines.Length && rules.Count < 3; end++)
        {
            if (TableRule().IsMatch(lines[end]))
            {
                rules.Add(end);
                if (rules.Count == 2 && (end + 1 >= lines.Length || lines[end + 1].Trim().Length == 0))
                {
                    break;
                }
            }
        }

        if (rules.Count < 2)
        {
            return null;
        }

        string Row(string line) => "| " + string.Join(" | ", columns.Select((column, index) =>
            column.Index >= line.Length ? ""
                : Inline(index == columns.Count - 1 ? line[column.Index..].Trim()
                    : line.Substring(column.Index, Math.Min(column.Length, line.Length - column.Index)).Trim())
                .Replace("|", "\\|", StringComparison.Ordinal))) + " |";
        var hasHead = rules.Count == 3;
        kept.Add("");
        kept.Add(hasHead ? Row(lines[rules[0] + 1]) : "|" + string.Concat(columns.Select(_ => " |")));
        kept.Add("|" + string.Concat(columns.Select(_ => "---|")));
        kept.AddRange(lines[(hasHead ? rules[1] + 1 : rules[0] + 1)..rules[^1]].Where(line => line.Trim().Length > 0).Select(Row));
        kept.Add("");
        return rules[^1] + 1;
    }

    private static string Inline(string line)
    {
        line = MathRole().Replace(line, match => $"`{Formulas.Mark}{match.Groups["text"].Value}`");
        line = Literal().Replace(line, "`${text}`");
        line = Link().Replace(line, "[${text}](<${address}>)");
        line = Role().Replace(line, match => match.Groups["role"].Value is "code" or "samp" or "file" or "command" or "kbd" or "program"
            ? $"`{match.Groups["text"].Value}`"
            : RoleTarget().Replace(match.Groups["text"].Value, "").TrimStart('~', '!', '.'));
        line = FootnoteMark().Replace(line, match => $"[^{match.Groups["name"].Value.TrimStart('#')}]");
        line = NamedLink().Replace(line, "${text}");
        line = Substitution().Replace(line, "");
        return line;
    }

    private static bool NextIsIndented(string[] lines, int at)
    {
        var next = at + 1;
        while (next < lines.Length && lines[next].Trim().Length == 0)
        {
            next++;
        }

        return next < lines.Length && lines[next].Length - lines[next].TrimStart().Length > lines[at].Length - lines[at].TrimStart().Length;
    }

    private static int EndOfIndented(string[] lines, int at, int indent)
    {
        var end = at + 1;
        while (end < lines.Length && (lines[end].Trim().Length == 0 || lines[end].Length - lines[end].TrimStart().Length > indent))
        {
            end++;
        }

        return end;
    }

    private static List<string> Dedent(IEnumerable<string> lines)
    {
        var all = lines.SkipWhile(line => line.Trim().Length == 0).ToList();
        while (all.Count > 0 && all[^1].Trim().Length == 0)
        {
            all.RemoveAt(all.Count - 1);
        }

        var indent = all.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return [.. all.Select(line => line.Length >= indent ? line[indent..] : "")];
    }

    [GeneratedRegex("""^(?<c>[=\-`:'"~^_*+#<>.])\k<c>{2,}\s*$""")]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<indent>\s*)\.\.\s+(?:\|[^|]+\|\s+)?(?<name>[\w-]+)::(?<argument>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^(?<indent>\s*)\.\.(?:\s|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Explicit();

    [GeneratedRegex(@"^\s*\.\.\s+\[(?<name>[#\w]+)\]\s+(?<text>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex FootnoteText();

    [GeneratedRegex(@"^\s*:(?<name>[\w-]+):\s*(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Option();

    [GeneratedRegex(@"^:[A-Za-z][\w -]{0,40}:(?:\s|$)")]
    private static partial Regex Field();

    [GeneratedRegex(@"^=+(?:\s+=+)+\s*$")]
    private static partial Regex TableRule();

    [GeneratedRegex("=+")]
    private static partial Regex ColumnRuns();

    [GeneratedRegex(@"^(?<indent>\s*)#\.\s", RegexOptions.ExplicitCapture)]
    private static partial Regex EnumeratedAutomatically();

    [GeneratedRegex(@":math:`(?<text>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex MathRole();

    [GeneratedRegex(@"``(?<text>[^`\n]+(?:`[^`\n]+)*)``", RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![`:])`(?<text>[^`<\n]+?)\s*<(?<address>[^>`\n]+)>`__?", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@":(?<role>[\w:+-]+):`(?<text>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Role();

    [GeneratedRegex(@"\s*<[^>]*>$")]
    private static partial Regex RoleTarget();

    [GeneratedRegex(@"\s\[(?<name>#?\w+)\]_", RegexOptions.ExplicitCapture)]
    private static partial Regex FootnoteMark();

    [GeneratedRegex(@"(?<!`)`(?<text>[^`\n]+)`__?(?!\w)|(?<![\w`])(?<text>[A-Za-z][\w-]*)__?(?=[\s.,;:!?)]|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedLink();

    [GeneratedRegex(@"\|[A-Za-z][\w -]{0,40}\|_{0,2}(?!\w)")]
    private static partial Regex Substitution();
}

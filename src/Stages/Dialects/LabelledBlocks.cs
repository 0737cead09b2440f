using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>
/// Blocks with a label: MkDocs' <c>!!! note</c> and tabs, containers of Docusaurus, VuePress, pandoc and Quarto between lines <c>:::</c>, directives
/// of MyST in fences.
/// The label becomes words before what the block holds.
/// </summary>
internal static partial class LabelledBlocks
{
    private const int MaxDepth = 12;

    /// <summary>Kinds that are said. Others are only looks: columns, cards, grids.</summary>
    private static readonly HashSet<string> Said = new(
        ("note tip hint info important warning caution danger attention error success question example abstract summary tldr seealso bug failure "
            + "definition theorem "
        + "proof lemma todo").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Directives of MyST that frame text.</summary>
    private static readonly HashSet<string> Framed = new(
        "admonition dropdown card tab-set tab-item grid margin sidebar epigraph topic".Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>Kinds whose content nobody is to see.</summary>
    private static readonly HashSet<string> Hidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "notes", "toctree", "contents", "include", "index", "toc", "hidden", "content-hidden", "raw", "bibliography", "eval-rst", "tableofcontents",
    };

    /// <summary>Whether a text begins with what kind of remark it is: "Note: …".</summary>
    public static bool BeginsWithKind(string text) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && Said.Contains(text[..at].Trim());

    public static IReadOnlyList<string> Unfold(IReadOnlyList<string> lines, ISet<string> warnings) => Unfold(lines, warnings, 0);

    private static List<string> Unfold(IReadOnlyList<string> lines, ISet<string> warnings, int depth)
    {
        var isCode = CodeLines.Of(lines);
        var kept = new List<string>();
        for (var i = 0; i < lines.Count;)
        {
            var next = depth >= MaxDepth ? null
                : isCode[i] ? Directive(lines, isCode, i, warnings, depth, kept)
                : Indented(lines, i, warnings, depth, kept) ?? Container(lines, isCode, i, warnings, depth, kept);
            if (next is null)
            {
                kept.Add(lines[i]);
            }

            i = next ?? i + 1;
        }

        return kept;
    }

    /// <summary><c>!!! warning "Title"</c> and <c>=== "Tab"</c>, with what is moved in below them.</summary>
    private static int? Indented(IReadOnlyList<string> lines, int at, ISet<string> warnings, int depth, List<string> kept)
    {
        var head = IndentedHead().Match(lines[at]);
        if (!head.Success)
        {
            return null;
        }

        var inset = head.Groups["indent"].Length + 4;
        var end = at + 1;
        while (end < lines.Count && (string.IsNullOrWhiteSpace(lines[end]) || IndentOf(lines[end]) >= inset))
        {
            end++;
        }

        var body = lines.Skip(at + 1).Take(end - at - 1).Select(line => RemoveIndent(line, inset)).ToList();
        var title = head.Groups["title"].Value;
        Add(kept, head.Groups["tab"].Success ? "" : head.Groups["kind"].Value.Split(' ')[0], title, Unfold(body, warnings, depth + 1));
        return end;
    }

    private static int? Container(IReadOnlyList<string> lines, bool[] isCode, int at, ISet<string> warnings, int depth, List<string> kept)
    {
        var head = ContainerHead().Match(lines[at]);
        if (!head.Success)
        {
            return null;
        }

        if (head.Groups["rest"].Value.Trim().Trim(':').Length == 0)
        {
            // An end without a beginning.
            kept.Add("");
            return at + 1;
        }

        var open = 1;
        var end = at + 1;
        for (; end < lines.Count && open > 0; end++)
        {
            var inner = isCode[end] ? Match.Empty : ContainerHead().Match(lines[end]);
            open += !inner.Success ? 0 : inner.Groups["rest"].Value.Trim().Trim(':').Length == 0 ? -1 : 1;
        }

        var body = lines.Skip(at + 1).Take(end - at - 1 - (open == 0 ? 1 : 0)).ToList();
        var (kind, title) = ContainerLabel(head.Groups["rest"].Value.Trim().TrimEnd(':').Trim());
        if (Hidden.Contains(kind))
        {
            Leave(kind, warnings);
            kept.Add("");
        }
        else
        {
            Add(kept, kind, title, Unfold(body, warnings, depth + 1));
        }

        return end;
    }

    private static (string Kind, string Title) ContainerLabel(string rest)
    {
        var attributes = Braces().Match(rest);
        var words = attributes.Success ? rest.Remove(attributes.Index, attributes.Length).Trim() : rest;
        var named = BracketTitle().Match(words);
        if (named.Success)
        {
            return (named.Groups["kind"].Value, named.Groups["title"].Value);
        }

        var kind = words.Split(' ')[0];
        var title = words[kind.Length..].Trim().Trim('"');
        if (attributes.Success)
        {
            var ofClass = ClassName().Match(attributes.Value).Groups["name"].Value;
            kind = kind.Length == 0 ? ofClass.StartsWith("callout-", StringComparison.Ordinal) ? ofClass["callout-".Length..] : ofClass : kind;
            title = TitleAttribute().Match(attributes.Value) is { Success: true } found ? found.Groups["title"].Value : title;
        }

        return (kind, title);
    }

    /// <summary>A fence of MyST or Quarto whose language stands in braces: <c>{note} Title</c>.</summary>
    private static int? Directive(IReadOnlyList<string> lines, bool[] isCode, int at, ISet<string> warnings, int depth, List<string> kept)
    {
        if (at > 0 && isCode[at - 1] && !IsFenceAlone(lines[at - 1]))
        {
            return null;
        }

        var head = DirectiveHead().Match(lines[at]);
        if (!head.Success)
        {
            return null;
        }

        var mark = head.Groups["mark"].Value;
        var end = at + 1;
        while (end < lines.Count && !(lines[end].Trim().Length >= mark.Length && lines[end].Trim().All(c => c == mark[0])))
        {
            end++;
        }

        var (kind, rest) = (head.Groups["kind"].Value.Trim(), head.Groups["rest"].Value.Trim());
        var body = lines.Skip(at + 1).Take(end - at - 1).SkipWhile(line => DirectiveOption().IsMatch(line)).ToList();
        if (kind.StartsWith('='))
        {
            warnings.Add($"A part that is meant for {kind.Trim('=')} alone is left out.");
        }
        else if (Hidden.Contains(kind))
        {
            Leave(kind, warnings);
        }
        else if (kind is "code-block" or "code" or "code-cell" or "sourcecode" or "literalinclude")
        {
            kept.AddRange([mark + rest, .. body, mark]);
        }
        else if (kind is "math")
        {
            kept.AddRange(["", mark + "math", .. body, mark, ""]);
        }
        else if (kind is "image" or "figure")
        {
            kept.AddRange(["", $"![{string.Join(' ', body).Trim()}]({rest})", ""]);
        }
        else if (Said.Contains(kind) || Framed.Contains(kind))
        {
            Add(kept, kind, rest, Unfold(body, warnings, depth + 1));
        }
        else
        {
            return null;
        }

        return Math.Min(lines.Count, end + 1);
    }

    private static bool IsFenceAlone(string line) => line.Trim().Length >= 3 && line.Trim().All(c => c is '`' or '~');

    private static void Leave(string kind, ISet<string> warnings)
    {
        if (kind is "notes")
        {
            warnings.Add("The speaker's notes of the slides are left out.");
        }
    }

    private static void Add(List<string> kept, string kind, string title, List<string> body)
    {
        var first = body.FindIndex(line => !string.IsNullOrWhiteSpace(line));
        if (title.Length == 0 && first >= 0 && Heading().Match(body[first]) is { Success: true } heading)
        {
            // The first heading of a callout is its title.
            title = heading.Groups["title"].Value;
            body[first] = "";
            first = body.FindIndex(line => !string.IsNullOrWhiteSpace(line));
        }

        var said = Said.Contains(kind) && !title.StartsWith(kind, StringComparison.OrdinalIgnoreCase)
            ? char.ToUpperInvariant(kind[0]) + kind[1..].ToLower(CultureInfo.InvariantCulture)
            : "";
        var label = said.Length == 0 ? title : title.Length == 0 ? said : $"{said}: {title}";
        kept.Add("");
        if (label.Length == 0 || first < 0)
        {
            kept.Add(label);
        }
        else if (IsPlainParagraph(body[first]) && (title.Length == 0 || said.Length + kind.Length == 0))
        {
            body[first] = $"{label}: {body[first].TrimStart()}";
        }
        else
        {
            kept.AddRange([label[^1] is '.' or '!' or '?' or ':' ? label : label + (IsPlainParagraph(body[first]) ? "." : ":"), ""]);
        }

        kept.AddRange(body);
        kept.Add("");
    }

    private static bool IsPlainParagraph(string line) => !OtherBlock().IsMatch(line);

    private static int IndentOf(string line)
    {
        var width = 0;
        foreach (var c in line)
        {
            if (c is not (' ' or '\t'))
            {
                break;
            }

            width += c == '\t' ? 4 : 1;
        }

        return width;
    }

    private static string RemoveIndent(string line, int width)
    {
        var at = 0;
        for (var removed = 0; at < line.Length && removed < width && line[at] is ' ' or '\t'; at++)
        {
            removed += line[at] == '\t' ? 4 : 1;
        }

        return line[at..];
    }

    [GeneratedRegex(
        @"^(?<indent>\s{0,24})(?:(?:!!!|\?\?\?\+?)\s*(?<kind>[A-Za-z][\w-]*(?:[ ]+[\w-]+)*)(?:\s+""(?<title>[^""]*)"")?"
        + @"|(?<tab>===[!+]?)\s+""(?<title>[^""]*)"")\s*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex IndentedHead();

    [GeneratedRegex(@"^\s{0,12}:{3,}(?<rest>[^`]{0,400})$", RegexOptions.ExplicitCapture)]
    private static partial Regex ContainerHead();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"^(?<kind>[\w-]+)\s*\[(?<title>[^\]]*)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex BracketTitle();

    [GeneratedRegex(@"(?:^\{|\s)\.?(?<name>[A-Za-z][\w-]*)(?=[\s}])", RegexOptions.ExplicitCapture)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"\b(?:title|name|summary)=""(?<title>[^""]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex TitleAttribute();

    [GeneratedRegex(@"^\s*(?<mark>`{3,}|~{3,}|:{3,})\s*\{(?<kind>[^}]{1,40})\}(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex DirectiveHead();

    [GeneratedRegex(@"^\s*:[\w-]+:|^\s*#\|\s")]
    private static partial Regex DirectiveOption();

    [GeneratedRegex(@"^\s*#{1,6}\s+(?<title>.*?)\s*#*\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|```|~~~|>|\||!\[|<|:::|!!!|\$\$|\s{4})", RegexOptions.ExplicitCapture)]
    private static partial Regex OtherBlock();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Dialects;

/// <summary>
/// What a site's generator would fill in: Hugo's shortcodes, Liquid of Jekyll, expressions of Vue and MDX. Names of the front matter are filled in
/// here; pictures and code
/// become Markdown; the rest is dropped, and what it stood around is kept.
/// </summary>
internal static partial class Templates
{
    public static string Remove(string text, IReadOnlyDictionary<string, string> values, ISet<string> warnings)
    {
        text = CodeLines.Outside(text, part =>
        {
            part = LiquidComment().Replace(part, "");
            part = HugoComment().Replace(part, "");
            return Highlight().Replace(part, match => $"\n\n```{match.Groups["language"].Value}\n{match.Groups["code"].Value.Trim('\n')}\n```\n\n");
        });
        return CodeLines.Outside(text, part => CodeLines.OutsideSpans(part, plain => RemoveTags(plain, values, warnings)));
    }

    private static string RemoveTags(string text, IReadOnlyDictionary<string, string> values, ISet<string> warnings)
    {
        text = ModuleLine().Replace(text, "");
        if (!text.Contains('{', StringComparison.Ordinal))
        {
            return text;
        }

        text = JsxComment().Replace(text, "");
        text = AttributeList().Replace(TableOfContents().Replace(text, ""), "");
        text = Tag().Replace(text, match => PictureOf(match.Value) ?? "");
        return Expression().Replace(text, match =>
        {
            var name = match.Groups["name"].Value.Split('|')[0].Trim();
            var key = name[(name.LastIndexOf('.') + 1)..].ToLower(CultureInfo.InvariantCulture);
            if (values.TryGetValue(key, out var value) && (!name.Contains('.', StringComparison.Ordinal) || PageValue().IsMatch(name)))
            {
                return match.Groups["before"].Value + value;
            }

            warnings.Add($"{{{{ {name} }}}} is filled in by another program, so it is left out.");
            return "";
        });
    }

    private static string Words(string? description) => (description ?? "").Replace('[', '(').Replace(']', ')');

    private static string? PictureOf(string tag)
    {
        if (!PictureTag().IsMatch(tag))
        {
            return null;
        }

        string? Find(params string[] names) => names
            .Select(name => Regex.Match(tag, $"""\b{name}\s*=\s*(?:"(?<v>[^"]*)"|'(?<v>[^']*)')""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
            .FirstOrDefault(match => match.Success)?.Groups["v"].Value;
        return Find("src", "image_path", "url", "file") is { Length: > 0 } address
            ? $"![{Words(Find("caption", "title", "alt"))}](<{address.Replace(">", "", StringComparison.Ordinal)}>)"
            : null;
    }

    [GeneratedRegex(@"\{%-?\s*comment\b[^%]{0,200}%\}[\s\S]{0,20000}?\{%-?\s*endcomment\s*-?%\}")]
    private static partial Regex LiquidComment();

    [GeneratedRegex(@"\{\{[<%]?\s*/\*[\s\S]{0,4000}?\*/\s*[>%]?\}\}")]
    private static partial Regex HugoComment();

    [GeneratedRegex(
        @"\{(?:\{[<%]|%-?)\s*highlight\s+(?<language>[\w+#-]+)[^}]{0,200}\}\}?(?<code>[\s\S]{0,20000}?)\{(?:\{[<%]\s*/\s*"
        + @"|%-?\s*end)highlight\s*(?:[>%]\}|-?%)\}",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Highlight();

    [GeneratedRegex(@"\{/\*[\s\S]{0,4000}?\*/\}")]
    private static partial Regex JsxComment();

    [GeneratedRegex(
        """^(?:import\s+(?:[\w*{}\s,$]+?\s+from\s+)?["'][^"'\n]+["'];?|export\s+(?:default|const|let|function)\b[^\n]*|--8<--[^\n]*)[ \t]*$""",
        RegexOptions.Multiline)]
    private static partial Regex ModuleLine();

    /// <summary>kramdown's way to ask for a list of contents: an item that is replaced.</summary>
    [GeneratedRegex(@"^[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n[ \t]*\{:\s*toc[^}\n]*\}[ \t]*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex TableOfContents();

    [GeneratedRegex(@"[ \t]*\{:[^{}\n]{0,300}\}")]
    private static partial Regex AttributeList();

    [GeneratedRegex(@"\{%[-~]?[^%\n]{0,600}?[-~]?%\}|\{\{[<%][\s\S]{0,1000}?[>%]\}\}")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\{(?:\{[<%]|%-?)\s*(?:include\s+)?[\w./-]*(?:figure|img|image|picture|photo)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PictureTag();

    [GeneratedRegex(@"(?<before>[ \t]?)(?<!\$)\{\{(?<name>[^{}\n]{1,200})\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();

    [GeneratedRegex(@"^(?:page|\$?frontmatter|\.?params|meta|)\.\w+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PageValue();
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Documents;

/// <summary>A visible part of raw HTML: text, with the level of its heading or 0; or a picture.</summary>
internal readonly record struct HtmlPart(string Text, int HeadingLevel, PicturePiece? Picture);

/// <summary>
/// What a reader would see of the raw HTML within a document. Scripts, styles and their like are dropped, also when they go on over several blocks.
/// </summary>
internal sealed partial class HtmlText
{
    /// <summary>The most characters of one tag; a longer one is passed over.</summary>
    public const int MaxTagLength = 8 * 1024;

    private static readonly HashSet<string> HiddenElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "template", "noscript", "svg", "iframe", "object", "head", "title",
    };

    private static readonly HashSet<string> InlineElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "tt", "u", "var",
    };

    private readonly StringBuilder _text = new();
    private readonly List<HtmlPart> _parts = [];
    private string? _hidden;
    private int _level;

    /// <summary>Whether what follows is inside an element that shows nothing.</summary>
    public bool IsHidden => _hidden is not null;

    public IReadOnlyList<HtmlPart> Read(string html)
    {
        _parts.Clear();
        var at = 0;
        while (at < html.Length)
        {
            at = _hidden is not null ? SkipHidden(html, at) : html[at] == '<' ? ReadTag(html, at) : ReadText(html, at);
        }

        Flush();
        return _parts;
    }

    private int ReadText(string html, int at)
    {
        var end = html.IndexOf('<', at);
        end = end < 0 ? html.Length : end;
        _text.Append(html, at, end - at);
        return end;
    }

    private int SkipHidden(string html, int at)
    {
        var end = html.IndexOf($"</{_hidden}", at, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            return html.Length;
        }

        _hidden = null;
        return end;
    }

    /// <returns>Where the text goes on: after the tag, or at the end of the text when the tag has no end.</returns>
    private int ReadTag(string html, int at)
    {
        if (string.CompareOrdinal(html, at, "<!--", 0, 4) == 0)
        {
            return After(html, "-->", at + 4);
        }

        var name = TagName().Match(html, at);
        if (!name.Success)
        {
            if (at + 1 < html.Length && html[at + 1] is '!' or '?')
            {
                return After(html, ">", at + 1);
            }

            _text.Append('<');
            return at + 1;
        }

        var end = EndOfTag(html, at);
        if (end - at <= MaxTagLength)
        {
            Apply(name.Groups["name"].Value.ToLowerInvariant(), name.Groups["close"].Length > 0, html[at..end]);
        }

        return end;
    }

    private void Apply(string name, bool closes, string tag)
    {
        if (name == "img")
        {
            if (PictureOf(tag) is { } picture)
            {
                Flush();
                _parts.Add(new HtmlPart("", 0, picture));
            }
        }
        else if (name is ['h', >= '1' and <= '6'])
        {
            Flush();
            _level = closes ? 0 : name[1] - '0';
        }
        else if (name is "td" or "th")
        {
            _text.Append(' ');
        }
        else if (!InlineElements.Contains(name))
        {
            // A break within a heading is not its end.
            _text.Append(_level > 0 ? " " : "");
            FlushUnlessHeading();
            _hidden = !closes && HiddenElements.Contains(name) && !tag.EndsWith("/>", StringComparison.Ordinal) ? name : null;
        }
    }

    private void FlushUnlessHeading()
    {
        if (_level == 0)
        {
            Flush();
        }
    }

    private void Flush()
    {
        var text = InlineText.Collapse(WebUtility.HtmlDecode(_text.ToString()));
        _text.Clear();
        if (text.Length > 0)
        {
            _parts.Add(new HtmlPart(text, _level, null));
        }
    }

    /// <summary>The picture of an <c>img</c> tag that is not a badge.</summary>
    public static PicturePiece? PictureOf(string tag)
    {
        string? source = null;
        var description = "";
        foreach (Match attribute in Attribute().Matches(tag))
        {
            var value = WebUtility.HtmlDecode(attribute.Groups["value"].Value.Trim('"', '\'')).Trim();
            if (attribute.Groups["name"].Value.Equals("src", StringComparison.OrdinalIgnoreCase))
            {
                source ??= value;
            }
            else
            {
                description = InlineText.Collapse(value);
            }
        }

        return string.IsNullOrEmpty(source) || Badge.IsBadge(source) ? null : new PicturePiece(source, description);
    }

    private static int After(string html, string mark, int from)
    {
        var end = html.IndexOf(mark, Math.Min(from, html.Length), StringComparison.Ordinal);
        return end < 0 ? html.Length : end + mark.Length;
    }

    private static int EndOfTag(string html, int at)
    {
        var quote = '\0';
        for (var i = at + 1; i < html.Length; i++)
        {
            var c = html[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '>')
            {
                return i + 1;
            }
        }

        return html.Length;
    }

    [GeneratedRegex(@"\G<(?<close>/?)(?<name>[A-Za-z][A-Za-z0-9-]{0,40})", RegexOptions.ExplicitCapture)]
    private static partial Regex TagName();

    [GeneratedRegex("""\s(?<name>src|alt)\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();
}

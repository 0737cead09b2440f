using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>A visible part of raw HTML: text, with the level of its heading or 0; or a piece of its own.</summary>
internal readonly record struct HtmlPart(string Text, int HeadingLevel, OutlinePiece? Piece);

/// <summary>
/// What a reader would see of the raw HTML within a document. Scripts, styles, notes for a speaker and their like are dropped, also when they go on
/// over several blocks.
/// </summary>
internal sealed partial class HtmlText
{
    /// <summary>The most characters of one tag; a longer one is passed over.</summary>
    public const int MaxTagLength = 8 * 1024;

    private static readonly HashSet<string> HiddenElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "template", "noscript", "svg", "iframe", "object", "head", "title", "rt", "rp", "textarea", "select", "datalist",
        "audio", "video", "canvas", "math",
        "progress", "meter", "map",
    };

    private static readonly HashSet<string> VoidElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    };

    private static readonly HashSet<string> InlineElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
        "mark", "q", "ruby", "s", "samp", "small",
        "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    };

    private readonly StringBuilder _text = new();
    private readonly List<HtmlPart> _parts = [];
    private readonly HtmlBlocks _blocks = new();
    private readonly HtmlStyles _styles = new();
    private string? _hidden;
    private int _hiddenDepth;
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
        _parts.AddRange(_blocks.End().Select(piece => new HtmlPart("", 0, piece)));
        return _parts;
    }

    private int ReadText(string html, int at)
    {
        var end = html.IndexOf('<', at);
        end = end < 0 ? html.Length : end;
        var text = WebUtility.HtmlDecode(html[at..end]);
        _styles.See(text);
        _text.Append(text);
        return end;
    }

    private int SkipHidden(string html, int at)
    {
        foreach (Match tag in TagName().Matches(html, at))
        {
            if (!tag.Groups["name"].ValueSpan.Equals(_hidden, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            _hiddenDepth += tag.Groups["close"].Length > 0 ? -1 : 1;
            if (_hiddenDepth <= 0)
            {
                _hidden = null;
                return EndOfTag(html, tag.Index);
            }
        }

        return html.Length;
    }

    /// <returns>Where the text goes on: after the tag, or at the end of the text when the tag has no end.</returns>
    private int ReadTag(string html, int at)
    {
        if (string.CompareOrdinal(html, at, "<!--", 0, 4) == 0)
        {
            return After(html, "-->", at + 4);
        }

        var name = TagAt().Match(html, at);
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
                Break();
                _parts.Add(new HtmlPart("", 0, picture));
            }
        }
        else if (!closes && !VoidElements.Contains(name) && !tag.EndsWith("/>", StringComparison.Ordinal) && IsHiddenElement(name, tag))
        {
            Break();
            (_hidden, _hiddenDepth) = (name, 1);
        }
        else if (name is ['h', >= '1' and <= '6'])
        {
            Flush();
            _level = closes || _blocks.IsOpen ? 0 : name[1] - '0';
        }
        else if (InlineElements.Contains(name))
        {
            _styles.Apply(_text, name, closes, tag);
        }
        else if (name == "br" && !_blocks.IsOpen && _level == 0)
        {
            _text.Append('\n');
        }
        else
        {
            Break();
            _blocks.Apply(_text, name, closes, tag);
            if (name == "figcaption" && closes)
            {
                Flush();
            }

            foreach (var piece in _blocks.Take())
            {
                _parts.Add(new HtmlPart("", 0, piece));
            }

            if (name == "tabitem" && !closes && LabelAttribute().Match(tag) is { Success: true } label)
            {
                _text.Append(WebUtility.HtmlDecode(label.Groups["value"].Value)).Append(':');
                Flush();
            }
        }
    }

    internal static bool IsHiddenElement(string name, string tag) =>
        HiddenElements.Contains(name) || HiddenAttribute().IsMatch(tag) || (name is "aside" or "div" or "section" && NotesClass().IsMatch(tag));

    /// <summary>A block begins or ends: what was said before it is a part of its own, except within a heading, a cell or an item.</summary>
    private void Break()
    {
        if (_blocks.IsOpen)
        {
            _blocks.Separate(_text);
        }
        else if (_level > 0)
        {
            _text.Append(' ');
        }
        else
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_blocks.IsOpen)
        {
            return;
        }

        var text = string.Join('\n', _text.ToString().Split('\n').Select(InlineText.Collapse).Where(line => line.Length > 0));
        text = _level > 0 ? text.Replace('\n', ' ') : text;
        _text.Clear();
        if (text.Length > 0 && !(_level == 0 && (_styles.IsLinkRow || Noise.IsWayfinding(text))))
        {
            _parts.Add(new HtmlPart(text, _level, null));
        }

        _styles.Begin();
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
    private static partial Regex TagAt();

    [GeneratedRegex(@"<(?<close>/?)(?<name>[A-Za-z][A-Za-z0-9-]{0,40})", RegexOptions.ExplicitCapture)]
    private static partial Regex TagName();

    [GeneratedRegex("""\s(?<name>src|alt)\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();

    [GeneratedRegex("""\shidden(?:\s|>|=)|\saria-hidden\s*=\s*["']?true|\sstyle\s*=\s*["'][^"']*display\s*:\s*none""", RegexOptions.IgnoreCase)]
    private static partial Regex HiddenAttribute();

    [GeneratedRegex(
        """\sclass\s*=\s*["'](?:[^"']*\s)?(?:notes|speaker-notes|presenter-notes|sr-only|visually-hidden)(?:\s[^"']*)?["']""", RegexOptions.IgnoreCase)]
    private static partial Regex NotesClass();

    [GeneratedRegex("""\slabel\s*=\s*["'](?<value>[^"']+)["']""", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelAttribute();
}

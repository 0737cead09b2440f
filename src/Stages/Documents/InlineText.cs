using System.Text;
using System.Text.RegularExpressions;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using VideoGen.Stages.Dialects;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>The plain text of a run of inline markup.</summary>
/// <param name="Text">Lines are parted by the breaks that were asked for.</param>
/// <param name="Pictures">Those within it.</param>
/// <param name="IsLinkRow">Whether it is two links or more, and nothing else but what parts them.</param>
internal readonly record struct InlineResult(string Text, IReadOnlyList<PicturePiece> Pictures, bool IsLinkRow)
{
    public void Deconstruct(out string text, out IReadOnlyList<PicturePiece> pictures) => (text, pictures) = (Text, Pictures);
}

/// <summary>Reads a run of inline markup.</summary>
internal sealed partial class InlineText
{
    /// <summary>Stand for signs of code and of strokes until what marks mean in the rest is read.</summary>
    private const char CodeCaret = '\uE011';
    private const char CodeTilde = '\uE012';

    /// <summary>Names of Python that begin and end with two strokes, and are not strong.</summary>
    private static readonly HashSet<string> Dunders =
    [
        .. ("init main name str repr dict all file doc call len iter next enter exit new del class slots eq hash lt gt get set getitem setitem "
            + "getattr setattr version author "
            + "future builtins pycache post").Split(' '),
    ];

    private readonly HtmlText _html;
    private readonly string _hardBreak;
    private readonly string _softBreak;
    private readonly StringBuilder _text = new();
    private readonly List<PicturePiece> _pictures = [];
    private readonly HtmlStyles _styles = new();

    private InlineText(HtmlText html, string hardBreak, string softBreak) => (_html, _hardBreak, _softBreak) = (html, hardBreak, softBreak);

    /// <summary>In one line.</summary>
    public static InlineResult Of(LeafBlock block, HtmlText html) => Of(block, html, " ", " ");

    /// <summary>With a line for each line of the document, or for each that its author ended.</summary>
    /// <param name="block">What is read.</param>
    /// <param name="html">The elements that are open.</param>
    /// <param name="hardBreak">What a break that the author wants becomes.</param>
    /// <param name="softBreak">What the end of a line of the file becomes.</param>
    public static InlineResult Of(LeafBlock block, HtmlText html, string hardBreak, string softBreak)
    {
        var reader = new InlineText(html, hardBreak, softBreak);
        reader.AppendChildren(block.Inline);
        var lines = Powers.Read(EmptyCode().Replace(reader._text.ToString(), "")).Replace(CodeCaret, '^').Replace(CodeTilde, '~').Split('\n')
            .Select(Collapse).Where(line => line.Length > 0);
        return new InlineResult(string.Join('\n', lines), reader._pictures, reader._styles.IsLinkRow);
    }

    /// <summary>One space for each run of white space, none at the ends.</summary>
    public static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void AppendChildren(ContainerInline? container)
    {
        for (var inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            Append(inline);
        }
    }

    private void Append(Inline inline)
    {
        if (inline is HtmlInline tag)
        {
            AppendTag(tag.Tag);
            return;
        }

        if (_html.IsHidden)
        {
            return;
        }

        switch (inline)
        {
            case FootnoteLink:
                break;
            case LinkInline { IsImage: true } picture:
                AppendPicture(picture);
                break;
            case LinkInline link:
                _styles.EnterLink();
                AppendChildren(link);
                _styles.LeaveLink();
                break;
            case EmphasisInline { DelimiterChar: '~', DelimiterCount: 2 } struck:
                var start = _text.Length;
                AppendChildren(struck);
                var inner = _text.ToString(start, _text.Length - start);
                _text.Length = start;
                _text.Append(StruckText.Strike(inner));
                break;
            case EmphasisInline { DelimiterChar: '*', DelimiterCount: 1 } product when IsBetweenDigits(product):
                Say("*");
                AppendChildren(product);
                Say("*");
                break;
            case EmphasisInline { DelimiterChar: '_', DelimiterCount: 2 } name
                when name.FirstChild is LiteralInline word && word.NextSibling is null && Dunders.Contains(word.Content.ToString()):
                Say($"__{word.Content}__");
                break;
            case TaskList task:
                _text.Append(task.Checked ? "☑ " : "☐ ");
                break;
            case CodeInline code:
                Say(code.Content.StartsWith(Formulas.Mark) ? FormulaOf(code.Content[1..]) : code.Content.Replace('^', CodeCaret).Replace('~', CodeTilde));
                break;
            case AutolinkInline link:
                Say(link.Url);
                break;
            case HtmlEntityInline entity:
                Say(entity.Transcoded.ToString());
                break;
            case LineBreakInline lineBreak:
                _text.Append(lineBreak.IsHard ? _hardBreak : _softBreak);
                break;
            case DelimiterInline delimiter:
                Say(delimiter.ToLiteral());
                AppendChildren(delimiter);
                break;
            case ContainerInline container:
                AppendChildren(container);
                break;
            case LiteralInline literal:
                Say(literal.Content.ToString());
                break;
            default:
                break;
        }
    }

    /// <summary>5*3*2 is a product.</summary>
    private static bool IsBetweenDigits(EmphasisInline emphasis) =>
        emphasis.PreviousSibling is LiteralInline before && before.Content.AsSpan() is [.., >= '0' and <= '9']
        && emphasis.NextSibling is LiteralInline after && after.Content.AsSpan() is [>= '0' and <= '9', ..];

    private void Say(string text)
    {
        _styles.See(text);
        _text.Append(text);
    }

    /// <summary>A formula in its own signs where all of it has some, else as it is written, between its dollars.</summary>
    private static string FormulaOf(string tex) => (TexText.Of(tex) ?? $"${tex}$").Replace('^', CodeCaret).Replace('~', CodeTilde);

    private void AppendTag(string tag)
    {
        var wasHidden = _html.IsHidden;
        foreach (var part in _html.Read(tag))
        {
            if (part.Piece is PicturePiece picture)
            {
                _pictures.Add(picture);
            }
        }

        if (wasHidden || _html.IsHidden)
        {
            return;
        }

        var name = new string([.. tag.TrimStart('<', '/').TakeWhile(char.IsAsciiLetterOrDigit)]).ToLowerInvariant();
        var closes = tag.StartsWith("</", StringComparison.Ordinal);
        if (name == "br")
        {
            AppendBreak();
        }
        else if (name is "li" or "p" or "div" or "tr")
        {
            // Blocks within a line, as in the cell of a table.
            AppendBreak(closes ? "" : ", ");
        }
        else
        {
            _styles.Apply(_text, name, closes, tag);
        }
    }

    private void AppendBreak(string? separator = null)
    {
        var mark = separator ?? _hardBreak;
        while (_text.Length > 0 && _text[^1] == ' ')
        {
            _text.Length--;
        }

        _text.Append(mark == ", " && (_text.Length == 0 || _text[^1] is '.' or ',' or ';' or ':' or '!' or '?') ? " " : mark);
    }

    private void AppendPicture(LinkInline picture)
    {
        if (string.IsNullOrEmpty(picture.Url) || Badge.IsBadge(picture.Url))
        {
            return;
        }

        var description = new InlineText(_html, " ", " ");
        description.AppendChildren(picture);
        var text = PictureWords.Of(Collapse(description._text.ToString()));
        _pictures.Add(new PicturePiece(picture.Url, text.Length > 0 ? text : Collapse(picture.Title ?? "")));
    }

    /// <summary>A code span with nothing in it.</summary>
    [GeneratedRegex(@"(?<!\S)`{2,}(?!\S)")]
    private static partial Regex EmptyCode();
}

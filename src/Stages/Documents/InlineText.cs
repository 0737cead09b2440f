using System.Text;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace VideoGen.Stages.Documents;

/// <summary>The plain text of a run of inline markup, and the pictures within it.</summary>
internal sealed class InlineText(HtmlText html)
{
    private readonly StringBuilder _text = new();
    private readonly List<PicturePiece> _pictures = [];

    public static (string Text, IReadOnlyList<PicturePiece> Pictures) Of(LeafBlock block, HtmlText html)
    {
        var reader = new InlineText(html);
        reader.AppendChildren(block.Inline);
        return (Collapse(reader._text.ToString()), reader._pictures);
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

        if (html.IsHidden)
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
            case TaskList task:
                _text.Append(task.Checked ? "☑ " : "☐ ");
                break;
            case CodeInline code:
                _text.Append(code.Content);
                break;
            case AutolinkInline link:
                _text.Append(link.Url);
                break;
            case HtmlEntityInline entity:
                _text.Append(entity.Transcoded.AsSpan());
                break;
            case LineBreakInline:
                _text.Append(' ');
                break;
            case DelimiterInline delimiter:
                _text.Append(delimiter.ToLiteral());
                AppendChildren(delimiter);
                break;
            case ContainerInline container:
                AppendChildren(container);
                break;
            case LiteralInline literal:
                _text.Append(literal.Content.AsSpan());
                break;
            default:
                break;
        }
    }

    private void AppendTag(string tag)
    {
        foreach (var part in html.Read(tag))
        {
            if (part.Picture is { } picture)
            {
                _pictures.Add(picture);
            }
        }

        if (tag.StartsWith("<br", StringComparison.OrdinalIgnoreCase))
        {
            _text.Append(' ');
        }
    }

    private void AppendPicture(LinkInline picture)
    {
        if (string.IsNullOrEmpty(picture.Url) || Badge.IsBadge(picture.Url))
        {
            return;
        }

        var description = new InlineText(html);
        description.AppendChildren(picture);
        var text = Collapse(description._text.ToString());
        _pictures.Add(new PicturePiece(picture.Url, text.Length > 0 ? text : Collapse(picture.Title ?? "")));
    }
}

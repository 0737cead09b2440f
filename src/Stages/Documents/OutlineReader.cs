using System.Collections.Immutable;
using Markdig.Extensions.Alerts;
using Markdig.Extensions.DefinitionLists;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>Turns the blocks of a document into its outline.</summary>
internal sealed partial class OutlineReader
{
    private readonly ImmutableArray<OutlineSection>.Builder _sections = ImmutableArray.CreateBuilder<OutlineSection>();
    private readonly ImmutableArray<OutlinePiece>.Builder _pieces = ImmutableArray.CreateBuilder<OutlinePiece>();
    private readonly List<string> _notes = [];
    private readonly HtmlText _html = new();
    private string _heading = "";
    private string _chapter = "";
    private int _level;

    /// <exception cref="DocumentException">The document is too deep, too large in some part, or nothing is to be seen in it.</exception>
    public static async Task<Outline> ReadAsync(string text, string name, CancellationToken cancellationToken)
    {
        var syntax = await DocumentSyntax.ParseAsync(text, name, cancellationToken).ConfigureAwait(false);
        var outline = new OutlineReader().Read(syntax, cancellationToken);
        outline = DocumentSyntax.IsMarkdown(name) ? outline : PlainTitle.Take(outline);
        return outline.Sections.IsEmpty
            ? throw new DocumentException("document.empty", $"{name} holds nothing that a video could show: only comments, scripts or blank lines.")
            : outline;
    }

    private Outline Read(MarkdownDocument document, CancellationToken cancellationToken)
    {
        foreach (var block in document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadBlock(block);
        }

        EndSection();
        if (_notes.Count > 0)
        {
            _sections.Add(new OutlineSection("Notes", 2, "Notes", [new ListPiece([.. _notes], Ordered: true, Start: 1)]));
        }

        return new Outline(_sections.ToImmutable());
    }

    private void ReadBlocks(ContainerBlock container)
    {
        foreach (var block in container)
        {
            ReadBlock(block);
        }
    }

    private void ReadBlock(Block block)
    {
        if (block is HtmlBlock markup)
        {
            ReadHtml(markup.Lines.ToString());
        }
        else if (!_html.IsHidden || HoldsHtml(block))
        {
            ReadVisible(block);
        }
    }

    /// <summary>Inside a script element that goes on over blank lines, only a paragraph that may close it matters.</summary>
    private static bool HoldsHtml(Block block) => block is ParagraphBlock;

    private void ReadVisible(Block block)
    {
        switch (block)
        {
            case HeadingBlock heading:
                var (title, pictures) = InlineText.Of(heading, _html);
                BeginSection(title, heading.Level);
                AddPictures(pictures);
                break;
            case Markdig.Syntax.FencedCodeBlock or CodeBlock:
                AddCode((CodeBlock)block);
                break;
            case ParagraphBlock paragraph:
                AddParagraph(paragraph);
                break;
            case ListBlock list:
                AddList(list);
                break;
            case Table table:
                AddTable(table);
                break;
            case AlertBlock alert:
                AddAlert(alert);
                break;
            case QuoteBlock quote:
                AddQuote(quote);
                break;
            case DefinitionList definitions:
                AddDefinitions(definitions);
                break;
            case FootnoteGroup group:
                _notes.AddRange(group.OfType<Footnote>().OrderBy(note => note.Order).Select(TextOf).Where(text => text.Length > 0));
                break;
            case LinkReferenceDefinitionGroup:
                break;
            case ContainerBlock container:
                ReadBlocks(container);
                break;
            default:
                break;
        }
    }

    private void BeginSection(string heading, int level)
    {
        if (heading.Length == 0)
        {
            return;
        }

        EndSection();
        _heading = heading;
        _level = level;
        _chapter = level <= 2 ? heading : _chapter;
    }

    private void EndSection()
    {
        if (Noise.IsContentsHeading(_heading) && _pieces.All(piece => piece is ListPiece))
        {
            _pieces.Clear();
        }
        else if (_heading.Length > 0 || _pieces.Count > 0)
        {
            _sections.Add(new OutlineSection(_heading, _level, _chapter, _pieces.ToImmutable()));
        }

        _pieces.Clear();
    }

    private void ReadHtml(string html)
    {
        // The list that Read returns is used again for tags inside, so what it holds now is taken out first.
        foreach (var part in _html.Read(html).ToArray())
        {
            if (part.Piece is { } piece)
            {
                _pieces.Add(piece);
            }
            else if (part.HeadingLevel > 0)
            {
                BeginSection(part.Text, part.HeadingLevel);
            }
            else
            {
                _pieces.Add(new ParagraphPiece(Verses(part.Text)));
            }
        }
    }

    private void AddParagraph(ParagraphBlock paragraph)
    {
        var (text, pictures, isLinkRow) = InlineText.Of(paragraph, _html, "\n", FileBreak);
        var lines = text.Split(FileBreak[0], '\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        text = Verse.Is(lines) ? string.Join('\n', lines) : Verses(string.Join('\n', text.Split('\n').Select(Joined)));
        if (isLinkRow || Noise.IsWayfinding(text))
        {
            // It only leads elsewhere.
        }
        else if (text.Any(char.IsLetterOrDigit) || (text.Length > 0 && text.EnumerateRunes().Any(rune => rune.Value > 0x2000)))
        {
            _pieces.Add(new ParagraphPiece(text));
        }

        AddPictures(pictures);
    }

    /// <summary>Short lines stay lines, as of a poem or an address. A break within running text is only a break.</summary>
    private static string Verses(string text)
    {
        const int MaxVerse = 70;
        return text.Split('\n').All(line => TextWidth.Of(line) <= MaxVerse) ? text : text.Replace('\n', ' ');
    }

    private void AddPictures(IEnumerable<PicturePiece> pictures) => _pieces.AddRange(pictures);

    /// <summary>The text of all paragraphs within a block, in one line.</summary>
    private string TextOf(ContainerBlock container) => TextOf(container, " ");

    private string TextOf(ContainerBlock container, string hardBreak) => InlineText.Collapse(string.Join(
        ' ',
        container.Descendants<LeafBlock>().Where(leaf => leaf.Inline is not null).Select(leaf => InlineText.Of(leaf, _html, hardBreak, " ").Text)))
        .TrimEnd(',');
}

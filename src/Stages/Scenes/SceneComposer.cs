using System.Collections.Immutable;
using VideoGen.Stages.Dialects;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Scenes;

/// <summary>The scenes of one section. A picture is named by its address in the document.</summary>
internal sealed record SectionScenes(string Heading, string Chapter, ImmutableArray<Scene> Scenes);

/// <summary>Turns an outline into scenes that fit a slide each.</summary>
/// <param name="config">Names the title, and who speaks.</param>
/// <param name="pictures">The addresses of the pictures that can be shown.</param>
internal sealed class SceneComposer(VideoConfig config, IReadOnlySet<string> pictures) : IDisposable
{
    /// <summary>The greatest width of a first paragraph of one sentence that becomes the line under the title.</summary>
    private const int MaxSubtitleWidth = 120;

    /// <summary>A heading that is longer is a text: it becomes the first paragraph under its own first words.</summary>
    private const int MaxHeadingWidth = 110;

    private const int HeadingWords = 8;

    private readonly List<string> _warnings = [];
    private readonly KeyPhrases _phrases = new(config.Language);
    private readonly SlideRoom _room = new(config);
    private readonly ImmutableArray<Scene>.Builder _scenes = ImmutableArray.CreateBuilder<Scene>();
    private string _heading = "";
    private string _chapter = "";
    private string? _lead;

    public IReadOnlyList<string> Warnings => _warnings;

    public string? Subtitle { get; private set; }

    public void Dispose() => _room.Dispose();

    public IEnumerable<SectionScenes> Compose(Outline outline)
    {
        var isFirst = true;
        for (var i = 0; i < outline.Sections.Length; i++)
        {
            var section = outline.Sections[i];
            _heading = section.Heading.Length > 0 ? section.Heading : config.Title;
            _chapter = section.Chapter.Length > 0 ? section.Chapter : config.Title;
            var pieces = section.Pieces.AsSpan();
            if (isFirst && config.Author is null && section.Level <= 1 && pieces is [ParagraphPiece first, ..]
                && TextWidth.Of(first.Text) <= MaxSubtitleWidth && !first.Text.Contains('\n', StringComparison.Ordinal)
                && !LabelledBlocks.BeginsWithKind(first.Text) && KeyPhrases.WholeSentences(first.Text).Count == 1)
            {
                Subtitle = first.Text;
                pieces = pieces[1..];
            }

            isFirst &= section.Pieces.IsEmpty;
            var isTitle = _heading == config.Title;
            var (title, rest) = SplitHeading(_heading);
            _heading = title;

            // The opening shows and says the title whole.
            Compose(rest is null || isTitle ? pieces : [new ParagraphPiece(rest), .. pieces]);
            if (_scenes.Count == 0 && !isTitle && (i + 1 == outline.Sections.Length || outline.Sections[i + 1].Level <= section.Level))
            {
                // A heading with nothing under it is shown as a card of its own.
                _scenes.Add(Make(SceneKind.Title));
            }

            yield return new SectionScenes(_heading, _chapter, _scenes.ToImmutable());
            _scenes.Clear();
        }
    }

    /// <summary>"Note 1: a long text" is headed by its first words, and the text is said and shown under them.</summary>
    private static (string Title, string? Text) SplitHeading(string heading)
    {
        if (TextWidth.Of(heading) <= MaxHeadingWidth)
        {
            return (heading, null);
        }

        var colon = heading.IndexOf(": ", StringComparison.Ordinal);
        if (colon > 0 && TextWidth.Of(heading[..colon]) <= MaxHeadingWidth / 2)
        {
            return (heading[..colon], heading[(colon + 2)..]);
        }

        var words = heading.Split(' ');
        return (TextWidth.Cut(words.Length > HeadingWords ? string.Join(' ', words.Take(HeadingWords)) + "…" : heading, MaxHeadingWidth / 2), heading);
    }

    private void Compose(ReadOnlySpan<OutlinePiece> pieces)
    {
        var paragraphs = new List<string>();
        foreach (var piece in pieces)
        {
            if (piece is ParagraphPiece paragraph)
            {
                // Verses and lines of an address stay lines of their own.
                paragraphs.AddRange(paragraph.Text.Split('\n'));
                continue;
            }

            if (piece is PicturePiece picture && !CanShow(picture))
            {
                // The description takes the picture's place among the paragraphs.
                paragraphs.AddRange(HasWords(picture) ? [picture.Description] : []);
                continue;
            }

            TakeLead(paragraphs);
            EndParagraphs(paragraphs);
            Add(piece);
            _lead = null;
        }

        EndParagraphs(paragraphs);
    }

    /// <summary>"You need the following:" belongs to what follows, and is said and shown with it.</summary>
    private void TakeLead(List<string> paragraphs)
    {
        if (paragraphs is not [.., var last] || !(last.EndsWith(':') || last.EndsWith('：')))
        {
            return;
        }

        var sentences = KeyPhrases.WholeSentences(last);
        if (TextWidth.Of(sentences[^1]) <= MaxSubtitleWidth)
        {
            _lead = sentences[^1];
            paragraphs[^1] = string.Join(' ', sentences.Take(sentences.Count - 1));
            paragraphs.RemoveAll(string.IsNullOrWhiteSpace);
        }
    }

    private void EndParagraphs(List<string> paragraphs)
    {
        foreach (var lines in SlideFit.Paragraphs(paragraphs))
        {
            _scenes.Add(Make(SceneKind.Text) with { Lines = lines, Points = _phrases.Of(lines) });
        }

        paragraphs.Clear();
    }

    private void Add(OutlinePiece piece)
    {
        switch (piece)
        {
            case ListPiece list:
                AddList(list);
                break;
            case CodePiece code:
                AddCode(code);
                break;
            case QuotePiece quote:
                _scenes.AddRange(SlideFit.Paragraphs(quote.Lines).Select(lines => Make(SceneKind.Quote) with { Lines = lines, Subtitle = quote.Source }));
                break;
            case TablePiece table:
                AddTable(table);
                break;
            case PicturePiece picture:
                _scenes.Add(Make(SceneKind.Image) with
                {
                    Image = picture.Address,
                    Subtitle = picture.Description.Length > 0 ? picture.Description : null,
                    Code = picture.Source?.Code,
                    Language = picture.Source?.Language,
                });
                break;
            default:
                break;
        }
    }

    private void AddList(ListPiece list)
    {
        var start = list.Start;
        var pages = SlideFit.Items([.. list.Items.Select(item => ListItem.Of(item, _phrases))]).ToList();
        foreach (var (page, index) in pages.Take(SlideFit.MaxParts).Select((page, index) => (page, index)))
        {
            _scenes.Add(Make(SceneKind.List, isFirst: index == 0) with
            {
                Lines = [.. page.Select(item => item.Line)],
                Points = page.Any(item => item.Short != item.Text) ? [.. page.Select(item => new ScenePoint(item.Short))] : null,
                IsPart = pages.Count > 1,
                Ordered = list.Ordered,
                Start = start,
            });
            start += page.Count(item => item.Level == 0);
        }

        if (pages.Skip(SlideFit.MaxParts).Sum(page => page.Length) is > 0 and var left)
        {
            var last = _scenes[^1];
            _scenes[^1] = last with { Lines = last.Lines.Add("  " + SlideFit.More(left, "item")), Points = null };
            _warnings.Add($"A list in \"{_heading}\" is long: {left} of its items are not shown.");
        }
    }

    private void AddCode(CodePiece code)
    {
        if (code.Language == Formulas.Language && TexText.Of(code.Code) is { } formula)
        {
            code = code with { Code = formula };
        }

        var (columns, rows) = _room.CodeRoom(Make(SceneKind.Code));
        var parts = SlideFit.Code(code.Code, columns, rows, out var left).ToList();
        _scenes.AddRange(parts.Select((part, index) =>
            Make(SceneKind.Code, isFirst: index == 0) with { Code = part, Language = code.Language, IsPart = parts.Count > 1 }));
        WarnIfLeft(left, "lines of code");
    }

    private void AddTable(TablePiece table)
    {
        var scene = Make(SceneKind.Table);
        var parts = TableParts.Of(
            table, config.Width > config.Height, part => _room.Fits(scene with { Columns = part.Columns, Rows = part.Rows }), out var left);
        _scenes.AddRange(parts.Select((part, index) =>
            Make(SceneKind.Table, isFirst: index == 0) with
            {
                Columns = part.Columns,
                Rows = part.Rows,
                IsPart = parts.Count > 1,
                AllRows = part.Rows.Length < table.Rows.Length || left.Rows > 0 ? table.Rows.Length : 0,
            }));
        WarnIfLeft(left.Rows, "rows of a table");
        WarnIfLeft(left.Columns, "columns of a table");
    }

    private void WarnIfLeft(int left, string what)
    {
        if (left > 0)
        {
            _warnings.Add($"In \"{_heading}\", {left} {what} are not shown: they would take more than {SlideFit.MaxParts} slides.");
        }
    }

    private bool CanShow(PicturePiece picture)
    {
        if (pictures.Contains(picture.Address))
        {
            return true;
        }

        if (Noise.IsOrnament(picture.Address, picture.Description) && PictureAddress.IsElsewhere(picture.Address))
        {
            // A logo or a badge on another computer is nothing that a film lacks.
            return false;
        }

        var instead = HasWords(picture) ? " Its description stands in." : "";
        var why = PictureAddress.WhyNot(picture.Address) ?? "it was not found beside the document, or could not be read";
        _warnings.Add($"The picture {TextWidth.Cut(picture.Address, 80)} is not shown: {why}.{instead}");
        return false;
    }

    /// <summary>Whether the description says something that the picture shows, and does not only name a logo.</summary>
    private static bool HasWords(PicturePiece picture) => picture.Description.Length > 0 && !Noise.IsOrnament(picture.Address, picture.Description);

    private Scene Make(SceneKind kind, bool isFirst = true) =>
        new() { Id = "", Kind = kind, Title = _heading, Chapter = _chapter, Lead = isFirst ? _lead : null };
}

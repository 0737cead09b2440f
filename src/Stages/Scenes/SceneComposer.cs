using System.Collections.Immutable;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Scenes;

/// <summary>The scenes of one section. A picture is named by its address in the document.</summary>
internal sealed record SectionScenes(string Heading, string Chapter, ImmutableArray<Scene> Scenes);

/// <summary>Turns an outline into scenes that fit a slide each.</summary>
/// <param name="config">Names the title, and who speaks.</param>
/// <param name="pictures">The addresses of the pictures that can be shown.</param>
internal sealed class SceneComposer(VideoConfig config, IReadOnlySet<string> pictures)
{
    /// <summary>The greatest width of a first paragraph that becomes the line under the title.</summary>
    private const int MaxSubtitleWidth = 120;

    private readonly List<string> _warnings = [];
    private readonly ImmutableArray<Scene>.Builder _scenes = ImmutableArray.CreateBuilder<Scene>();
    private string _heading = "";
    private string _chapter = "";

    public IReadOnlyList<string> Warnings => _warnings;

    public string? Subtitle { get; private set; }

    public IEnumerable<SectionScenes> Compose(Outline outline)
    {
        var isFirst = true;
        for (var i = 0; i < outline.Sections.Length; i++)
        {
            var section = outline.Sections[i];
            _heading = section.Heading.Length > 0 ? section.Heading : config.Title;
            _chapter = section.Chapter.Length > 0 ? section.Chapter : config.Title;
            var pieces = section.Pieces.AsSpan();
            if (isFirst && config.Author is null && section.Level <= 1 && pieces is [ParagraphPiece first, ..] && TextWidth.Of(first.Text) <= MaxSubtitleWidth)
            {
                Subtitle = first.Text;
                pieces = pieces[1..];
            }

            isFirst &= section.Pieces.IsEmpty;
            Compose(pieces);
            if (_scenes.Count == 0 && _heading != config.Title && (i + 1 == outline.Sections.Length || outline.Sections[i + 1].Level <= section.Level))
            {
                // A heading with nothing under it is shown as a card of its own.
                _scenes.Add(Make(SceneKind.Title));
            }

            yield return new SectionScenes(_heading, _chapter, _scenes.ToImmutable());
            _scenes.Clear();
        }
    }

    private void Compose(ReadOnlySpan<OutlinePiece> pieces)
    {
        var paragraphs = new List<string>();
        foreach (var piece in pieces)
        {
            if (piece is ParagraphPiece paragraph)
            {
                paragraphs.Add(paragraph.Text);
                continue;
            }

            if (piece is PicturePiece picture && !CanShow(picture))
            {
                // The description takes the picture's place among the paragraphs.
                paragraphs.AddRange(picture.Description.Length > 0 ? [picture.Description] : []);
                continue;
            }

            EndParagraphs(paragraphs);
            Add(piece);
        }

        EndParagraphs(paragraphs);
    }

    private void EndParagraphs(List<string> paragraphs)
    {
        foreach (var lines in SlideFit.Paragraphs(paragraphs))
        {
            _scenes.Add(Make(SceneKind.Text) with { Lines = lines });
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
                WarnIfCut(code.Code.Count(c => c == '\n') + 1, SlideFit.CodeLines, "lines of code");
                _scenes.AddRange(SlideFit.Code(code.Code).Select(part => Make(SceneKind.Code) with { Code = part, Language = code.Language }));
                break;
            case QuotePiece quote:
                _scenes.AddRange(SlideFit.Paragraphs(quote.Lines).Select(lines => Make(SceneKind.Quote) with { Lines = lines, Subtitle = quote.Source }));
                break;
            case TablePiece table:
                WarnIfCut(table.Rows.Length, SlideFit.TableRows, "rows of a table");
                if (table.Columns.Length > SlideFit.TableColumns)
                {
                    _warnings.Add($"A table in \"{_heading}\" has {table.Columns.Length} columns; the first {SlideFit.TableColumns} are shown.");
                }

                _scenes.AddRange(SlideFit.Table(table).Select(part => Make(SceneKind.Table) with { Columns = part.Columns, Rows = part.Rows }));
                break;
            case PicturePiece picture:
                _scenes.Add(Make(SceneKind.Image) with { Image = picture.Address, Subtitle = picture.Description.Length > 0 ? picture.Description : null });
                break;
            default:
                break;
        }
    }

    private void AddList(ListPiece list)
    {
        var start = list.Start;
        var groups = SlideFit.Items(list.Items).ToList();
        foreach (var group in groups.Take(SlideFit.MaxParts))
        {
            _scenes.Add(Make(SceneKind.List) with { Lines = group, Ordered = list.Ordered, Start = start });
            start += group.Count(line => !line.StartsWith(' '));
        }

        if (groups.Skip(SlideFit.MaxParts).Sum(group => group.Length) is > 0 and var left)
        {
            _scenes[^1] = _scenes[^1] with { Lines = _scenes[^1].Lines.Add("  " + SlideFit.More(left, "item")) };
            _warnings.Add($"A list in \"{_heading}\" is long: {left} of its items are not shown.");
        }
    }

    private void WarnIfCut(int count, int most, string what)
    {
        if (count > most * SlideFit.MaxParts)
        {
            _warnings.Add($"In \"{_heading}\", {count - (most * SlideFit.MaxParts)} {what} are not shown: {most * SlideFit.MaxParts} fit.");
        }
    }

    private bool CanShow(PicturePiece picture)
    {
        if (pictures.Contains(picture.Address))
        {
            return true;
        }

        var instead = picture.Description.Length > 0 ? " Its description stands in." : "";
        var why = PictureAddress.WhyNot(picture.Address) ?? "it was not found beside the document, or could not be read";
        _warnings.Add($"The picture {TextWidth.Cut(picture.Address, 80)} is not shown: {why}.{instead}");
        return false;
    }

    private Scene Make(SceneKind kind) => new() { Id = "", Kind = kind, Title = _heading, Chapter = _chapter };
}

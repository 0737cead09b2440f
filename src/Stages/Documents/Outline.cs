using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Documents;

/// <summary>A document as a reader sees it: sections under their headings, each with its pieces in order. All text is plain.</summary>
internal sealed record Outline(ImmutableArray<OutlineSection> Sections)
{
    /// <summary>The first heading of the first level. One of a lower level names a part, and not the whole.</summary>
    public string? Title => Sections.FirstOrDefault(section => section.Level == 1)?.Heading;

    /// <summary>The beginning of all that is written in it, without code.</summary>
    public string Words
    {
        get
        {
            const int MaxLength = 20_000;
            var words = new StringBuilder();
            foreach (var section in Sections)
            {
                words.AppendLine(section.Heading);
                foreach (var piece in section.Pieces)
                {
                    words.AppendLine(piece switch
                    {
                        ParagraphPiece paragraph => paragraph.Text,
                        ListPiece list => string.Join('\n', list.Items),
                        QuotePiece quote => string.Join('\n', quote.Lines),
                        TablePiece table => string.Join('\n', table.Rows.Prepend(table.Columns).Select(row => string.Join(' ', row))),
                        _ => "",
                    });
                }

                if (words.Length > MaxLength)
                {
                    break;
                }
            }

            return words.ToString(0, Math.Min(words.Length, MaxLength));
        }
    }

    public IEnumerable<PicturePiece> Pictures => Sections.SelectMany(section => section.Pieces).OfType<PicturePiece>();
}

/// <param name="Heading">Empty for what stands before the first heading.</param>
/// <param name="Level">1 to 6; 0 before the first heading.</param>
/// <param name="Chapter">The last heading of the first or second level; empty before one.</param>
/// <param name="Pieces">What stands under the heading.</param>
internal sealed record OutlineSection(string Heading, int Level, string Chapter, ImmutableArray<OutlinePiece> Pieces);

/// <summary>A part of a section.</summary>
internal abstract record OutlinePiece;

/// <param name="Text">A line for each that its author ended: verses, addresses.</param>
internal sealed record ParagraphPiece(string Text) : OutlinePiece;

/// <param name="Items">A nested item begins with two spaces for each level below the first.</param>
/// <param name="Ordered">Whether the items of the first level are numbered.</param>
/// <param name="Start">The number of the first item.</param>
internal sealed record ListPiece(ImmutableArray<string> Items, bool Ordered, int Start) : OutlinePiece;

internal sealed record CodePiece(string Code, string? Language) : OutlinePiece;

internal sealed record QuotePiece(ImmutableArray<string> Lines, string? Source) : OutlinePiece;

internal sealed record TablePiece(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows) : OutlinePiece;

/// <param name="Address">As it stands in the document.</param>
/// <param name="Description">What the picture shows, in the author's words; may be empty.</param>
/// <param name="Source">What it was drawn from, where the document describes it in words.</param>
internal sealed record PicturePiece(string Address, string Description, CodePiece? Source = null) : OutlinePiece;

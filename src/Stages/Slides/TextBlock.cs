using System.Collections.Immutable;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Paragraphs that fit a box: as large as allowed, smaller where they must be, and at the smallest size cut with an ellipsis.</summary>
internal sealed class TextBlock
{
    /// <summary>The ratio of one size that is tried to the one before.</summary>
    private const float Shrink = 0.94f;

    private readonly TextShaper _shaper;
    private readonly TextStyle _style;
    private readonly float _width;

    private TextBlock(
        TextShaper shaper, TextStyle style, float size, float width, float gap, ImmutableArray<Paragraph> paragraphs, bool isCut, bool? rightToLeft)
    {
        _shaper = shaper;
        _style = style;
        _width = width;
        Size = size;
        Gap = gap;
        IsCut = isCut;
        Paragraphs = rightToLeft is { } side ? [.. paragraphs.Select(paragraph => paragraph with { IsRightToLeft = side })] : paragraphs;
    }

    /// <summary>One paragraph as lines.</summary>
    /// <param name="Lines">None is wider than the box without the inset.</param>
    /// <param name="IsRightToLeft">Which way it is read.</param>
    /// <param name="Inset">How far it is moved in from where reading begins, in pixels.</param>
    public sealed record Paragraph(ImmutableArray<TextLine> Lines, bool IsRightToLeft, float Inset);

    /// <summary>The size of the font, in pixels.</summary>
    public float Size { get; }

    /// <summary>The gap between paragraphs, in pixels.</summary>
    public float Gap { get; }

    public ImmutableArray<Paragraph> Paragraphs { get; }

    public float LineHeight => Size * _style.LineHeight;

    public float Height => HeightOf(Paragraphs.Sum(paragraph => paragraph.Lines.Length), Paragraphs.Length, LineHeight, Gap);

    /// <param name="shaper">Measures.</param>
    /// <param name="texts">One paragraph each; those without text are left out.</param>
    /// <param name="style">How they look.</param>
    /// <param name="box">Width and height that are there.</param>
    /// <param name="sizes">The largest and the smallest size.</param>
    /// <param name="gap">Between paragraphs, in font sizes.</param>
    /// <param name="maxLines">Lines of all paragraphs together.</param>
    /// <param name="balanced">Whether lines become about equally long, so that no last line has one word.</param>
    /// <param name="inset">How far a text is moved in, in font sizes.</param>
    /// <param name="rightToLeft">From which side all of it is read; null where each paragraph says so itself.</param>
    public static TextBlock Fit(
        TextShaper shaper,
        IEnumerable<string> texts,
        TextStyle style,
        SKSize box,
        (float Largest, float Smallest) sizes,
        float gap = 0,
        int maxLines = int.MaxValue,
        bool balanced = false,
        Func<string, float>? inset = null,
        bool? rightToLeft = null)
    {
        var measured = texts
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => new InsetText(new MeasuredText(text, style, shaper), inset?.Invoke(text) ?? 0))
            .ToList();
        for (var size = sizes.Largest; ; size = Math.Max(size * Shrink, sizes.Smallest))
        {
            var wrapped = measured.ConvertAll(text => text.Text.Wrap(size, text.WidthIn(box, size)));
            var lines = wrapped.Sum(paragraph => paragraph.Count);
            if ((lines <= maxLines && HeightOf(lines, wrapped.Count, size * style.LineHeight, size * gap) <= box.Height) || size <= sizes.Smallest)
            {
                wrapped = balanced ? Balance(measured, wrapped, size, box) : wrapped;
                var shown = Cut(measured, wrapped, style, box, size, size * gap, maxLines, out var isCut);
                return new TextBlock(shaper, style, size, box.Width, size * gap, shown, isCut, rightToLeft);
            }
        }
    }

    /// <summary>Whether something was left out.</summary>
    public bool IsCut { get; }

    public float HeightOf(int paragraph) => Paragraphs[paragraph].Lines.Length * LineHeight;

    /// <summary>The same lines in another colour.</summary>
    public TextBlock In(SKColor color) => new(_shaper, _style with { Color = color }, Size, _width, Gap, Paragraphs, IsCut, null);

    /// <param name="canvas">Where.</param>
    /// <param name="x">The left edge.</param>
    /// <param name="y">The upper edge.</param>
    /// <param name="align">Where lines stand.</param>
    /// <param name="isAside">Whether another slide shows the text whole, so that nobody need know that it is cut here.</param>
    public void Draw(SKCanvas canvas, float x, float y, TextAlign align = TextAlign.Start, bool isAside = false)
    {
        for (var i = 0; i < Paragraphs.Length; i++)
        {
            DrawParagraph(canvas, i, x, y, align, isAside);
            y += HeightOf(i) + Gap;
        }
    }

    public void DrawParagraph(SKCanvas canvas, int paragraph, float x, float y, TextAlign align = TextAlign.Start, bool isAside = false)
    {
        var (lines, isRightToLeft, inset) = Paragraphs[paragraph];
        if (IsCut && !isAside && paragraph == Paragraphs.Length - 1)
        {
            _shaper.NoteCut(lines[0].Text);
        }

        x += isRightToLeft ? 0 : inset;
        foreach (var line in lines)
        {
            var room = align == TextAlign.Start && !isRightToLeft ? 0 : _width - inset - _shaper.Measure(line, _style, Size);
            var left = x + (align == TextAlign.Center ? room / 2 : room);
            _shaper.Draw(canvas, line, _style, Size, left, y + (LineHeight / 2) + (Size * 0.355f));
            y += LineHeight;
        }
    }

    /// <summary>Wraps each paragraph as narrow as it goes with the same number of lines.</summary>
    private static List<List<TextLine>> Balance(List<InsetText> measured, List<List<TextLine>> wrapped, float size, SKSize box) =>
        [
            .. measured.Select((text, i) =>
            {
                var best = wrapped[i];
                var width = text.WidthIn(box, size);
                for (var (low, high) = (width / 2, width); high - low > 8;)
                {
                    var middle = (low + high) / 2;
                    var lines = text.Text.Wrap(size, middle);
                    (low, high, best) = lines.Count <= wrapped[i].Count ? (low, middle, lines) : (middle, high, best);
                }

                return best;
            }),
        ];

    private static float HeightOf(int lines, int paragraphs, float lineHeight, float gap) => (lines * lineHeight) + (Math.Max(0, paragraphs - 1) * gap);

    private static ImmutableArray<Paragraph> Cut(
        List<InsetText> measured, List<List<TextLine>> wrapped, TextStyle style, SKSize box, float size, float gap, int maxLines, out bool isCut)
    {
        isCut = false;
        var paragraphs = ImmutableArray.CreateBuilder<Paragraph>();
        var lineHeight = size * style.LineHeight;
        var height = box.Height;
        for (var i = 0; i < wrapped.Count; i++)
        {
            var room = Math.Min(maxLines, (int)((height + 0.01f) / lineHeight));
            if (room < 1)
            {
                isCut = paragraphs.Count > 0;
                MarkCut(paragraphs, measured, size, box);
                break;
            }

            var lines = wrapped[i];
            isCut = lines.Count > room;
            if (isCut)
            {
                lines = lines[..room];
                lines[^1] = measured[i].Text.Shorten(lines[^1], size, measured[i].WidthIn(box, size));
            }

            paragraphs.Add(new Paragraph([.. lines], measured[i].Text.IsRightToLeft, measured[i].Inset * size));
            if (isCut)
            {
                break;
            }

            maxLines -= lines.Count;
            height -= (lines.Count * lineHeight) + gap;
        }

        return paragraphs.ToImmutable();
    }

    /// <summary>The last line that is shown says that paragraphs after it had no room.</summary>
    private static void MarkCut(ImmutableArray<Paragraph>.Builder paragraphs, List<InsetText> measured, float size, SKSize box)
    {
        if (paragraphs.Count > 0 && paragraphs[^1] is var last && !last.Lines[^1].Text.EndsWith(MeasuredText.Ellipsis, StringComparison.Ordinal))
        {
            var text = measured[paragraphs.Count - 1];
            paragraphs[^1] = last with { Lines = last.Lines.SetItem(last.Lines.Length - 1, text.Text.Shorten(last.Lines[^1], size, text.WidthIn(box, size))) };
        }
    }

    private sealed record InsetText(MeasuredText Text, float Inset)
    {
        public float WidthIn(SKSize box, float size) => box.Width - (Inset * size);
    }
}

/// <summary>Where lines stand in their box.</summary>
internal enum TextAlign
{
    /// <summary>Where reading begins: left, or right for text that runs from right to left.</summary>
    Start,
    Center,

    /// <summary>At the right edge, for numbers.</summary>
    Right,
}

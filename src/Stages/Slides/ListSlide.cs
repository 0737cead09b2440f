using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Items with bullets or numbers, each appearing when the voice comes to it. The item that is spoken of is lit, those before it step back. All parts of a
/// list have one size.
/// </summary>
internal static class ListSlide
{
    /// <summary>How far a nested item is moved in from the one that it belongs to, in font sizes.</summary>
    private const float LevelInset = 1.1f;

    private const int MaxLevel = 4;

    /// <summary>The size of short lists, and of all others.</summary>
    private const float ShortSize = 50;
    private const float UsualSize = 44;

    private const int ShortLines = 4;
    /// <summary>Within a row over and under its text, in pixels, and from text to text, in font sizes.</summary>
    private const float RowPadding = 18;
    private const float RowGap = 1.16f;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var lines = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var shown = Shown(scene, lines);
        var numbers = Numbers(scene, lines);
        var digits = (scene.Start + lines.Count).ToString(CultureInfo.InvariantCulture).Length;
        var indent = scene.Ordered ? 64 + (26 * digits) : 64;
        var isRightToLeft = IsRightToLeft(shown);
        var text = Fit(sheet, shown, new SKSize(box.Width - indent - RowPadding, box.Height - (2 * RowPadding)), isRightToLeft, scene.IsPart);
        var page = new ListPage(sheet, box, text, numbers, indent, isRightToLeft);
        return [.. Enumerable.Range(0, text.Paragraphs.Length).Select(i => new SlideLayer(canvas => page.Draw(canvas, i), lines[i]))];
    }

    /// <summary>The numbers of the items of the first level of a numbered list; nested items have marks.</summary>
    internal static ImmutableArray<int?> Numbers(Scene scene, IEnumerable<string> items)
    {
        var next = scene.Start;
        return [.. items.Select(item => scene.Ordered && Level(item) == 0 ? next++ : (int?)null)];
    }

    /// <summary>Whether most of the items are read from the right.</summary>
    internal static bool IsRightToLeft(IReadOnlyCollection<string> items) => items.Count(item => TextLine.Of(item).IsRightToLeft) * 2 > items.Count;

    /// <summary>The short form of an item, where it has one; the voice says it whole.</summary>
    private static List<string> Shown(Scene scene, List<string> lines) =>
        scene.Points is { } points && points.Length == lines.Count
            ? [.. lines.Zip(points, (line, point) => line[..(line.Length - line.TrimStart(' ').Length)] + point.Text)]
            : lines;

    private static TextBlock Fit(SlideSheet sheet, List<string> items, SKSize room, bool isRightToLeft, bool isPart)
    {
        var style = new TextStyle(sheet.Theme.Primary, LineHeight: 1.3f);
        var usual = At(UsualSize, UsualSize);
        var lines = usual.Paragraphs.Sum(paragraph => paragraph.Lines.Length);
        return usual.IsCut || usual.Paragraphs.Length < items.Count ? At(UsualSize, SlideSheet.SmallestReading)
            : !isPart && lines <= ShortLines && At(ShortSize, ShortSize) is { IsCut: false } large ? large
            : usual;

        TextBlock At(float largest, float smallest) => TextBlock.Fit(
            sheet.Shaper, items, style, room, (largest, smallest), gap: RowGap, balanced: true, inset: item => Level(item) * LevelInset,
            rightToLeft: isRightToLeft);
    }

    private static int Level(string item) => Math.Min((item.Length - item.TrimStart(' ').Length) / 2, MaxLevel);

    /// <summary>The items where they stand.</summary>
    private sealed class ListPage(SlideSheet sheet, SKRect box, TextBlock text, ImmutableArray<int?> numbers, float indent, bool isRightToLeft)
    {
        private readonly TextBlock _past = text.In(sheet.Theme.Secondary);

        /// <summary>The items up to one, which is lit.</summary>
        public void Draw(SKCanvas canvas, int lit)
        {
            sheet.Erase(canvas, new SKRect(box.Left - 4, box.Top - 4, box.Right + 4, box.Bottom + 4));
            var y = SlideSheet.TopIn(box, text.Height);
            for (var i = 0; i <= lit; i++)
            {
                DrawRow(canvas, i, y, i == lit);
                DrawMark(canvas, i, y);
                (i == lit ? text : _past).DrawParagraph(canvas, i, isRightToLeft ? box.Left + RowPadding : box.Left + indent, y);
                y += text.HeightOf(i) + text.Gap;
            }
        }

        /// <summary>Each item stands on a panel of its own; that of a nested one is moved in with it.</summary>
        private void DrawRow(SKCanvas canvas, int item, float y, bool isLit)
        {
            var inset = text.Paragraphs[item].Inset;
            var (left, right) = isRightToLeft ? (box.Left, box.Right - inset) : (box.Left + inset, box.Right);
            var row = new SKRect(left, y - RowPadding, right, y + text.HeightOf(item) + RowPadding);
            SlideSheet.FillRounded(canvas, row, 16, isLit ? sheet.Theme.Lit : sheet.Theme.Panel);
            if (isLit)
            {
                SlideSheet.StrokeRounded(canvas, row, 16, sheet.Theme.Accent, 3);
            }
        }

        private void DrawMark(SKCanvas canvas, int item, float top)
        {
            var inset = text.Paragraphs[item].Inset;
            var middle = top + (text.LineHeight / 2);
            if (numbers[item] is { } number)
            {
                var style = new TextStyle(sheet.Theme.Accent, Bold: true);
                var digits = number.ToString(CultureInfo.InvariantCulture);
                var width = sheet.Shaper.Measure(digits, style, text.Size);
                sheet.Shaper.Draw(canvas, digits, style, text.Size, At(22 + inset, width), middle + (text.Size * 0.36f));
                return;
            }

            // A dash tells what is nested apart at a glance.
            var (w, h) = inset > 0 ? (text.Size * 0.4f, 5f) : (text.Size * 0.3f, text.Size * 0.3f);
            var x = At(26 + inset, w);
            SlideSheet.FillRounded(canvas, new SKRect(x, middle - (h / 2), x + w, middle + (h / 2)), Math.Min(h, w) * 0.28f, sheet.Theme.Accent);
        }

        private float At(float fromStart, float width) => isRightToLeft ? box.Right - fromStart - width : box.Left + fromStart;
    }
}

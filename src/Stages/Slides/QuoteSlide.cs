using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A quote beside a large mark, with its source.</summary>
internal static class QuoteSlide
{
    private const float MarkSize = 110;
    private const float Gap = 48;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var isTall = sheet.Shape == SlideShape.Tall;
        var indent = isTall ? 0 : MarkSize + Gap;
        var above = isTall ? MarkSize + Gap : 0;
        var width = box.Width - indent;
        var quote = TextBlock.Fit(
            sheet.Shaper,
            scene.Lines,
            new TextStyle(sheet.Theme.Primary, Italic: true, LineHeight: 1.38f),
            new SKSize(width, box.Height - above - 150),
            (72, SlideSheet.SmallestReading),
            gap: 0.4f,
            balanced: true);
        var isRightToLeft = quote.Paragraphs is [{ IsRightToLeft: true }, ..];
        var source = string.IsNullOrWhiteSpace(scene.Subtitle) ? "" : "— " + scene.Subtitle.TrimStart('-', '–', '—', ' ');
        var by = TextBlock.Fit(
            sheet.Shaper, [source], new TextStyle(sheet.Theme.Accent, Bold: true), new SKSize(width, 96), (36, SlideSheet.SmallestReading), maxLines: 2,
            rightToLeft: isRightToLeft);
        var height = above + quote.Height + (by.Height > 0 ? 36 + by.Height : 0);
        var top = SlideSheet.TopIn(box, height);
        var mark = isRightToLeft ? box.Right - MarkSize : box.Left;
        var left = isRightToLeft ? box.Left : box.Left + indent;
        return
        [
            new SlideLayer(canvas =>
            {
                DrawMark(canvas, sheet, mark, top);
                quote.Draw(canvas, left, top + above);
            }),
            new SlideLayer(canvas => by.Draw(canvas, left, top + above + quote.Height + 36)),
        ];
    }

    /// <summary>Two drops with tails, drawn as shapes so that they look the same with every font.</summary>
    private static void DrawMark(SKCanvas canvas, SlideSheet sheet, float left, float top)
    {
        using var paint = new SKPaint { Color = sheet.Theme.Accent, IsAntialias = true };
        for (var i = 0; i < 2; i++)
        {
            var x = left + (54 * i);
            using var builder = new SKPathBuilder();
            builder.MoveTo(x + 40, top + 10);
            builder.CubicTo(x + 16, top + 18, x, top + 40, x, top + 68);
            builder.CubicTo(x, top + 86, x + 9, top + 96, x + 22, top + 96);
            builder.CubicTo(x + 34, top + 96, x + 43, top + 87, x + 43, top + 75);
            builder.CubicTo(x + 43, top + 63, x + 34, top + 55, x + 22, top + 55);
            builder.CubicTo(x + 21, top + 55, x + 20, top + 55, x + 19, top + 55.5f);
            builder.CubicTo(x + 21, top + 40, x + 31, top + 28, x + 46, top + 22);
            builder.Close();
            using var path = builder.Detach();
            canvas.DrawPath(path, paint);
        }
    }
}

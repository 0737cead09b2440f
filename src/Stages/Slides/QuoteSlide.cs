using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A quote under a large mark, with its source.</summary>
internal static class QuoteSlide
{
    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene)
    {
        const float Indent = 150;
        var width = Math.Min(sheet.Width - (2 * SlideSheet.Margin) - Indent, 1440);
        var quote = TextBlock.Fit(
            sheet.Shaper,
            scene.Lines,
            new TextStyle(SlideTheme.Primary, Italic: true, LineHeight: 1.42f),
            new SKSize(width, sheet.Height - 470),
            (76, 26),
            gap: 0.5f,
            balanced: true);
        var source = string.IsNullOrWhiteSpace(scene.Subtitle) ? "" : "— " + scene.Subtitle.TrimStart('-', '–', '—', ' ');
        var by = TextBlock.Fit(sheet.Shaper, [source], new TextStyle(SlideTheme.Secondary), new SKSize(width, 50), (32, 32), maxLines: 1);
        var height = quote.Height + (by.Height > 0 ? 48 + by.Height : 0);
        var top = ((sheet.Height - 90) / 2) - (height / 2);
        var label = TextBlock.Fit(sheet.Shaper, [scene.Title], new TextStyle(sheet.Theme.Accent, Bold: true), new SKSize(width, 40), (26, 26), maxLines: 1);
        return
        [
            new SlideLayer(canvas =>
            {
                label.Draw(canvas, SlideSheet.Margin, 92);
                DrawMark(canvas, sheet, top);
                SlideSheet.FillRounded(
                    canvas, new SKRect(SlideSheet.Margin + 2, top + 128, SlideSheet.Margin + 8, Math.Max(top + 150, top + height)), 3, sheet.Theme.AccentShade);
                quote.Draw(canvas, SlideSheet.Margin + Indent, top);
            }),
            new SlideLayer(canvas => by.Draw(canvas, SlideSheet.Margin + Indent, top + quote.Height + 48)),
        ];
    }

    /// <summary>Two drops with tails, drawn as shapes so that they look the same with every font.</summary>
    private static void DrawMark(SKCanvas canvas, SlideSheet sheet, float top)
    {
        using var paint = new SKPaint { Color = sheet.Theme.Accent, IsAntialias = true };
        for (var i = 0; i < 2; i++)
        {
            var x = SlideSheet.Margin + (54 * i);
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

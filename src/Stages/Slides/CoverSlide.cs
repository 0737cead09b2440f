using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>The first slide, and headings without a text of their own: a large title beside rings in the accent colour.</summary>
internal static class CoverSlide
{
    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, string? author)
    {
        var isWide = sheet.Shape == SlideShape.Wide;
        var width = (sheet.Width - (2 * sheet.Margin)) * (isWide ? 0.62f : 1);
        var body = sheet.Body;
        var room = new SKSize(width, body.Height * (isWide ? 0.56f : 0.36f));
        var title = FitTitle(sheet, scene.Title, room);
        var isRightToLeft = title.Paragraphs is [{ IsRightToLeft: true }, ..];
        var under = TextBlock.Fit(
            sheet.Shaper,
            [scene.Subtitle ?? "", .. scene.Lines],
            new TextStyle(sheet.Theme.Secondary, LineHeight: 1.4f),
            new SKSize(width, body.Height * 0.24f),
            (40, SlideSheet.SmallestReading),
            gap: 0.4f,
            maxLines: 4,
            balanced: true,
            rightToLeft: isRightToLeft);
        var byAuthor = author == scene.Subtitle ? "" : author ?? "";
        var by = TextBlock.Fit(
            sheet.Shaper, [byAuthor], new TextStyle(sheet.Theme.Accent, Bold: true), new SKSize(width, 50), (32, 32), maxLines: 1, rightToLeft: isRightToLeft);
        var height = 64 + title.Height + (under.Height > 0 ? 36 + under.Height : 0) + (by.Height > 0 ? 44 + by.Height : 0);
        var top = isWide ? SlideSheet.TopIn(body, height) : Math.Max(body.Top, body.Bottom - height - 40);
        var underTop = top + 64 + title.Height + 36;
        var left = isRightToLeft ? sheet.Width - sheet.Margin - width : sheet.Margin;
        var bar = isRightToLeft ? sheet.Width - sheet.Margin - 128 : sheet.Margin;
        return
        [
            new SlideLayer(canvas =>
            {
                DrawRings(canvas, sheet, isRightToLeft, top);
                SlideSheet.FillRounded(canvas, new SKRect(bar, top, bar + 128, top + 10), 5, sheet.Theme.Accent);
                title.Draw(canvas, left, top + 64);
            }),
            new SlideLayer(canvas =>
            {
                under.Draw(canvas, left, underTop);
                by.Draw(canvas, left, underTop + (under.Height > 0 ? under.Height + 44 : 8));
            }),
        ];
    }

    /// <summary>On one line or two where it can be, else as large as there is room.</summary>
    private static TextBlock FitTitle(SlideSheet sheet, string title, SKSize room)
    {
        var style = new TextStyle(sheet.Theme.Primary, Bold: true, LineHeight: 1.12f);
        var oneLine = TextBlock.Fit(sheet.Shaper, [title], style, room, (112, 88), maxLines: 1);
        var twoLines = oneLine.IsCut ? TextBlock.Fit(sheet.Shaper, [title], style, room, (108, 80), maxLines: 2, balanced: true) : oneLine;
        return twoLines.IsCut ? TextBlock.Fit(sheet.Shaper, [title], style, room, (96, 44), maxLines: 7, balanced: true) : twoLines;
    }

    private static void DrawRings(SKCanvas canvas, SlideSheet sheet, bool isRightToLeft, float textTop)
    {
        var isWide = sheet.Shape == SlideShape.Wide;
        var middle = isWide ? (sheet.Height / 2) - 40 : (sheet.Body.Top + textTop) / 2;
        var side = isWide ? sheet.Width - (sheet.Margin + 130) : sheet.Width * 0.62f;
        var center = new SKPoint(isRightToLeft ? sheet.Width - side : side, middle);
        var step = isWide ? 84 : Math.Clamp((textTop - sheet.Body.Top) / 10, 24, 84);
        var clip = isWide
            ? new SKRect(isRightToLeft ? 0 : sheet.Width * 0.64f, 0, isRightToLeft ? sheet.Width * 0.36f : sheet.Width, sheet.Body.Bottom + 30)
            : new SKRect(0, 0, sheet.Width, textTop - 24);
        using var ring = new SKPaint { IsAntialias = true, IsStroke = true, StrokeWidth = 3 };
        using var fill = new SKPaint { IsAntialias = true, Color = sheet.Theme.Accent };
        canvas.Save();
        canvas.ClipRect(clip);
        for (var i = 0; i < 5; i++)
        {
            ring.Color = SlideTheme.Mix(sheet.Theme.Ground, sheet.Theme.Accent, 0.6f - (0.1f * i));
            canvas.DrawCircle(center, step * (1.15f + i), ring);
        }

        canvas.DrawCircle(center, step * 0.55f, fill);
        for (var i = 0; i < 4; i++)
        {
            // One small body on each ring, a golden angle apart.
            var angle = 2.2f + (2.4f * i);
            var radius = step * (1.15f + i);
            fill.Color = SlideTheme.Mix(sheet.Theme.Ground, sheet.Theme.Accent, 0.95f - (0.12f * i));
            canvas.DrawCircle(center.X + (radius * MathF.Cos(angle)), center.Y + (radius * MathF.Sin(angle)), step * (0.16f - (0.018f * i)), fill);
        }

        canvas.Restore();
    }
}

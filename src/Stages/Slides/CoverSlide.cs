using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>The first and the last slide: a large title over rings in the accent colour.</summary>
internal static class CoverSlide
{
    private const float TextShare = 0.66f;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, string? author)
    {
        var width = (sheet.Width - (2 * SlideSheet.Margin)) * TextShare;
        var title = FitTitle(sheet, scene.Title, width);
        var under = TextBlock.Fit(
            sheet.Shaper,
            [scene.Subtitle ?? "", .. scene.Lines],
            new TextStyle(SlideTheme.Secondary, LineHeight: 1.4f),
            new SKSize(width, 230),
            (40, 28),
            gap: 0.4f,
            maxLines: 4,
            balanced: true);
        var byAuthor = author == scene.Subtitle ? "" : author ?? "";
        var by = TextBlock.Fit(sheet.Shaper, [byAuthor], new TextStyle(sheet.Theme.Accent, Bold: true), new SKSize(width, 50), (30, 30), maxLines: 1);
        var height = 60 + title.Height + (under.Height > 0 ? 36 + under.Height : 0) + (by.Height > 0 ? 44 + by.Height : 0);
        var top = Math.Max(SlideSheet.Margin, ((sheet.Height - 90) / 2) - (height / 2));
        var underTop = top + 60 + title.Height + 36;
        return
        [
            new SlideLayer(canvas =>
            {
                DrawRings(canvas, sheet);
                SlideSheet.FillRounded(canvas, new SKRect(SlideSheet.Margin, top, SlideSheet.Margin + 128, top + 10), 5, sheet.Theme.Accent);
                title.Draw(canvas, SlideSheet.Margin, top + 60);
            }),
            new SlideLayer(canvas =>
            {
                under.Draw(canvas, SlideSheet.Margin, underTop);
                by.Draw(canvas, SlideSheet.Margin, underTop + (under.Height > 0 ? under.Height + 44 : 8));
            }),
        ];
    }

    /// <summary>On one line or two where it can be, else as large as there is room.</summary>
    private static TextBlock FitTitle(SlideSheet sheet, string title, float width)
    {
        var style = new TextStyle(SlideTheme.Primary, Bold: true, LineHeight: 1.14f);
        var room = new SKSize(width, 420);
        var oneLine = TextBlock.Fit(sheet.Shaper, [title], style, room, (112, 84), maxLines: 1);
        var twoLines = oneLine.IsCut ? TextBlock.Fit(sheet.Shaper, [title], style, room, (104, 76), maxLines: 2, balanced: true) : oneLine;
        return twoLines.IsCut ? TextBlock.Fit(sheet.Shaper, [title], style, room, (104, 52), maxLines: 4, balanced: true) : twoLines;
    }

    private static void DrawRings(SKCanvas canvas, SlideSheet sheet)
    {
        var center = new SKPoint(sheet.Width - 236, (sheet.Height / 2) - 40);
        using var ring = new SKPaint { IsAntialias = true, IsStroke = true, StrokeWidth = 3 };
        canvas.Save();
        canvas.ClipRect(new SKRect(sheet.Width * 0.6f, 0, sheet.Width, sheet.Height - 90));
        for (var i = 0; i < 5; i++)
        {
            ring.Color = SlideTheme.Mix(SlideTheme.Ground, sheet.Theme.Accent, 0.5f - (0.09f * i));
            canvas.DrawCircle(center, 96 + (84 * i), ring);
        }

        canvas.Restore();
        using var fill = new SKPaint { IsAntialias = true, Color = sheet.Theme.Accent };
        canvas.DrawCircle(center, 46, fill);
        for (var i = 0; i < 4; i++)
        {
            // One small body on each ring, a golden angle apart.
            var angle = 2.2f + (2.4f * i);
            var radius = 96 + (84 * i);
            fill.Color = SlideTheme.Mix(SlideTheme.Ground, sheet.Theme.Accent, 0.9f - (0.14f * i));
            canvas.DrawCircle(center.X + (radius * MathF.Cos(angle)), center.Y + (radius * MathF.Sin(angle)), 13 - (1.5f * i), fill);
        }
    }
}

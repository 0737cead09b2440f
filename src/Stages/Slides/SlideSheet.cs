using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>
/// The sheet that slides are drawn on. Its units are those of a picture of 1920×1080; other sizes are scaled, and have more room in one direction.
/// </summary>
internal sealed class SlideSheet
{
    public const float Margin = 128;

    private const float ReferenceWidth = 1920;
    private const float ReferenceHeight = 1080;
    private const float FootHeight = 128;

    public SlideSheet(int width, int height, SlideTheme theme, TextShaper shaper)
    {
        Scale = Math.Min(width / ReferenceWidth, height / ReferenceHeight);
        Width = width / Scale;
        Height = height / Scale;
        Theme = theme;
        Shaper = shaper;
    }

    /// <summary>Pixels of the picture for one unit of the sheet.</summary>
    public float Scale { get; }

    public float Width { get; }

    public float Height { get; }

    public SlideTheme Theme { get; }

    public TextShaper Shaper { get; }

    /// <summary>Everything but the foot, within the margins.</summary>
    public SKRect Body => new(Margin, Margin, Width - Margin, Height - FootHeight - 24);

    /// <summary>Draws the ground, and how far the video is: a hair line, the title, and the number of the scene.</summary>
    public void DrawGround(SKCanvas canvas, string title, int scene, int sceneCount)
    {
        canvas.Clear(SlideTheme.Ground);
        var y = Height - 76;
        FillRounded(canvas, new SKRect(Margin, y, Width - Margin, y + 3), 1.5f, SlideTheme.PanelEdge);
        if (scene > 0)
        {
            FillRounded(canvas, new SKRect(Margin, y, Margin + ((Width - (2 * Margin)) * scene / sceneCount), y + 3), 1.5f, Theme.Accent);
        }

        var style = new TextStyle(SlideTheme.Muted);
        var number = scene > 0 ? $"{scene} / {sceneCount}" : "";
        var numberWidth = Shaper.Measure(number, style, 22);
        Shaper.Draw(canvas, number, style, 22, Width - Margin - numberWidth, y + 42);
        var name = TextBlock.Fit(Shaper, [title], style, new SKSize(Width - (2 * Margin) - numberWidth - 60, 32), (22, 22), maxLines: 1);
        name.Draw(canvas, Margin, y + 19);
    }

    /// <summary>
    /// Where something of a height begins in a box that has more: a little above the middle, which is where the eye expects it.
    /// </summary>
    public static float TopIn(SKRect box, float height) => box.Top + (Math.Max(0, box.Height - height) * 0.42f);

    public static void FillRounded(SKCanvas canvas, SKRect rect, float radius, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawRoundRect(rect, radius, radius, paint);
    }

    public static void StrokeRounded(SKCanvas canvas, SKRect rect, float radius, SKColor color, float width)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = width };
        canvas.DrawRoundRect(rect, radius, radius, paint);
    }
}

using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>How a picture is shaped, which decides how its slides are laid out.</summary>
internal enum SlideShape
{
    Wide,
    Square,
    Tall,
}

/// <summary>
/// The sheet that slides are drawn on. Its units are the pixels of a picture whose shorter side has 1080: letters of 40 are as large in a portrait video as
/// in a landscape one, and the rest of the picture is room.
/// </summary>
internal sealed class SlideSheet
{
    /// <summary>Nothing is smaller.</summary>
    public const float SmallestText = 24;

    /// <summary>What is to be read.</summary>
    public const float SmallestReading = 32;

    public const float SmallestCode = 28;

    private const float ShorterSide = 1080;

    /// <summary>The share at each edge that a television may cut off (EBU R 95).</summary>
    private const float SafeArea = 0.05f;

    public SlideSheet(int width, int height, SlideTheme theme, TextShaper shaper)
    {
        Scale = Math.Min(width, height) / ShorterSide;
        Width = width / Scale;
        Height = height / Scale;
        Shape = width >= height * 1.2 ? SlideShape.Wide : width * 1.2 <= height ? SlideShape.Tall : SlideShape.Square;
        Margin = Math.Max(SafeArea * Width, Shape == SlideShape.Wide ? 112 : 64);
        Theme = theme;
        Shaper = shaper;
    }

    /// <summary>Pixels of the picture for one unit of the sheet.</summary>
    public float Scale { get; }

    public float Width { get; }

    public float Height { get; }

    public SlideShape Shape { get; }

    /// <summary>At the left and at the right.</summary>
    public float Margin { get; }

    public float Top => (SafeArea * Height) + (Shape == SlideShape.Tall ? 56 : 26);

    public SlideTheme Theme { get; }

    public TextShaper Shaper { get; }

    /// <summary>Everything but the foot, within the margins.</summary>
    public SKRect Body => new(Margin, Top, Width - Margin, FootLine - 40);

    private float FootLine => (Height * (1 - SafeArea)) - 50;

    /// <summary>Draws the ground, and how far the video is: a hair line, the title, and the number of the scene.</summary>
    public void DrawGround(SKCanvas canvas, string title, int scene, int sceneCount)
    {
        canvas.Clear(Theme.Ground);
        var y = FootLine;
        FillRounded(canvas, new SKRect(Margin, y, Width - Margin, y + 4), 2, Theme.PanelEdge);
        if (scene > 0)
        {
            FillRounded(canvas, new SKRect(Margin, y, Margin + ((Width - (2 * Margin)) * scene / sceneCount), y + 4), 2, Theme.Accent);
        }

        var style = new TextStyle(Theme.Muted);
        var number = scene > 0 ? $"{scene} / {sceneCount}" : "";
        var numberWidth = Shaper.Measure(number, style, SmallestText);
        Shaper.Draw(canvas, number, style, SmallestText, Width - Margin - numberWidth, y + 40);
        var name = TextBlock.Fit(
            Shaper, [title], style, new SKSize(Width - (2 * Margin) - numberWidth - 60, 36), (SmallestText, SmallestText), maxLines: 1, rightToLeft: false);
        name.Draw(canvas, Margin, y + 15, isAside: true);
    }

    /// <summary>Takes away what was drawn in an area, before it is drawn anew with another part lit.</summary>
    public void Erase(SKCanvas canvas, SKRect area)
    {
        using var paint = new SKPaint { Color = Theme.Ground };
        canvas.DrawRect(area, paint);
    }

    /// <summary>
    /// Where something of a height begins in a box that has more: a little above the middle, which is where the eye expects it.
    /// </summary>
    public static float TopIn(SKRect box, float height) => box.Top + (Math.Max(0, box.Height - height) * 0.44f);

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

using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Check marks, crosses and the like, drawn as shapes of ours: fonts have some and lack others, so that a tick would stand beside a box.
/// </summary>
internal static class DrawnMark
{
    private enum Shape
    {
        None,
        Check,
        Cross,
        Warning,
        EmptyBox,
    }

    /// <summary>The width of a mark, in font sizes.</summary>
    public const float Width = 1.04f;

    public static bool Is(ReadOnlySpan<char> grapheme) => ShapeOf(grapheme) != Shape.None;

    /// <param name="canvas">Where.</param>
    /// <param name="grapheme">The character.</param>
    /// <param name="theme">Its colours.</param>
    /// <param name="size">Of the text around it.</param>
    /// <param name="x">The left edge.</param>
    /// <param name="baseline">Of the text around it.</param>
    public static void Draw(SKCanvas canvas, ReadOnlySpan<char> grapheme, SlideTheme theme, float size, float x, float baseline)
    {
        var shape = ShapeOf(grapheme);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = size * 0.13f,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
            Color = shape switch { Shape.Check => theme.Good, Shape.Cross => theme.Bad, Shape.Warning => theme.Warn, _ => theme.Secondary },
        };
        using var builder = new SKPathBuilder();
        var (left, top) = (x + (size * 0.12f), baseline - (size * 0.74f));
        var side = size * 0.76f;
        switch (shape)
        {
            case Shape.Check:
                Line(builder, left, top, side, (0.04f, 0.56f), (0.36f, 0.88f), (0.96f, 0.14f));
                break;
            case Shape.Cross:
                Line(builder, left, top, side, (0.14f, 0.14f), (0.86f, 0.86f));
                Line(builder, left, top, side, (0.86f, 0.14f), (0.14f, 0.86f));
                break;
            case Shape.Warning:
                paint.StrokeWidth = size * 0.09f;
                Line(builder, left, top, side, (0.5f, 0.06f), (0.98f, 0.94f), (0.02f, 0.94f), (0.5f, 0.06f));
                Line(builder, left, top, side, (0.5f, 0.38f), (0.5f, 0.62f));
                Line(builder, left, top, side, (0.5f, 0.78f), (0.5f, 0.79f));
                break;
            default:
                paint.StrokeWidth = size * 0.08f;
                Line(builder, left, top, side, (0.1f, 0.1f), (0.9f, 0.1f), (0.9f, 0.9f), (0.1f, 0.9f), (0.1f, 0.1f));
                break;
        }

        using var path = builder.Detach();
        canvas.DrawPath(path, paint);
    }

    private static void Line(SKPathBuilder builder, float left, float top, float side, params ReadOnlySpan<(float X, float Y)> points)
    {
        builder.MoveTo(left + (points[0].X * side), top + (points[0].Y * side));
        foreach (var (x, y) in points[1..])
        {
            builder.LineTo(left + (x * side), top + (y * side));
        }
    }

    private static Shape ShapeOf(ReadOnlySpan<char> grapheme) => grapheme.IsEmpty ? Shape.None : grapheme[0] switch
    {
        '✓' or '✔' or '✅' or '☑' => Shape.Check,
        '✗' or '✘' or '❌' or '❎' or '✖' or '☒' => Shape.Cross,
        '⚠' => Shape.Warning,
        '☐' => Shape.EmptyBox,
        '\uD83D' when grapheme.StartsWith("\U0001F5F8") => Shape.Check,
        _ => Shape.None,
    };
}

using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>How numbers go over time: a line from moment to moment, with each number at its point.</summary>
internal sealed class LineChart(SlideSheet sheet, ChartData data, SKRect box)
{
    private const float LabelHeight = 64;
    private const float ValueHeight = 60;
    private const float PointRadius = 9;
    private const float Side = 90;

    public void Draw(SKCanvas canvas, int? lit)
    {
        var plot = new SKRect(box.Left + Side, box.Top + ValueHeight, box.Right - Side, box.Bottom - LabelHeight);
        using var rule = new SKPaint { Color = sheet.Theme.PanelEdge, IsStroke = true, StrokeWidth = 2, IsAntialias = true };
        canvas.DrawLine(box.Left, plot.Bottom, box.Right, plot.Bottom, rule);
        for (var k = data.Series.Length - 1; k >= 0; k--)
        {
            DrawSeries(canvas, k, plot, lit);
        }

        var style = new TextStyle(sheet.Theme.Secondary);
        for (var i = 0; i < data.Labels.Length; i++)
        {
            Centered(canvas, data.Labels[i], i == lit ? new TextStyle(sheet.Theme.Accent, Bold: true) : style, 28, PointOf(0, i, plot).X, plot.Bottom + 44);
        }
    }

    private void DrawSeries(SKCanvas canvas, int series, SKRect plot, int? lit)
    {
        var color = ChartSlide.ColorOf(sheet, series, isQuiet: false);
        using var builder = new SKPathBuilder();
        for (var i = 0; i < data.Labels.Length; i++)
        {
            var point = PointOf(series, i, plot);
            if (i == 0)
            {
                builder.MoveTo(point.X, point.Y);
            }
            else
            {
                builder.LineTo(point.X, point.Y);
            }
        }

        using var line = builder.Detach();
        using var paint = new SKPaint { Color = color, IsStroke = true, StrokeWidth = 6, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
        canvas.DrawPath(line, paint);
        paint.IsStroke = false;
        for (var i = 0; i < data.Labels.Length; i++)
        {
            var point = PointOf(series, i, plot);
            canvas.DrawCircle(point, i == lit ? PointRadius * 1.7f : PointRadius, paint);
            var above = series == 0;
            Centered(
                canvas, data.Series[series].Texts[i], new TextStyle(i == lit ? sheet.Theme.Accent : sheet.Theme.Primary, Bold: true), 32, point.X,
                point.Y + (above ? -26 : 52));
        }
    }

    private SKPoint PointOf(int series, int at, SKRect plot)
    {
        var all = data.Series.SelectMany(one => one.Values).ToList();
        var (least, most) = (all.Min(), all.Max());

        // A course that stays far from nothing would be a flat line at the top.
        var ground = least > most * 0.5 ? least - ((most - least) * 0.3) : 0;
        var x = plot.Left + (plot.Width * at / (data.Labels.Length - 1));
        return new SKPoint(x, plot.Bottom - (float)((plot.Height - 30) * (data.Series[series].Values[at] - ground) / (most - ground)));
    }

    private void Centered(SKCanvas canvas, string text, TextStyle style, float size, float middle, float baseline) =>
        sheet.Shaper.Draw(canvas, text, style, size, middle - (sheet.Shaper.Measure(text, style, size) / 2), baseline);
}

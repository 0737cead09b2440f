using System.Collections.Immutable;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Numbers as bars, or as a line where they are a course of time. What the voice speaks of is lit.</summary>
internal static class ChartSlide
{
    private const float LegendHeight = 72;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, ChartData data, ImmutableArray<(int? Row, double Start)> spoken, SKRect box)
    {
        var area = box with { Top = box.Top + LegendHeight };
        Action<SKCanvas, int?> draw = data.IsCourse
            ? new LineChart(sheet, data, area).Draw
            : new BarChart(sheet, data, area).Draw;
        return
        [
            new SlideLayer(canvas => DrawAll(canvas, null)),
            .. spoken.Select(one => new SlideLayer(canvas => DrawAll(canvas, one.Row), At: one.Start)),
        ];

        void DrawAll(SKCanvas canvas, int? lit)
        {
            sheet.Erase(canvas, box with { Left = box.Left - 20, Right = box.Right + 20 });
            DrawLegend(canvas, sheet, data, box);
            draw(canvas, lit);
        }
    }

    /// <summary>The colour of a series where nothing, or this very part, is lit; quieter where another part is.</summary>
    public static SKColor ColorOf(SlideSheet sheet, int series, bool isQuiet)
    {
        var color = series == 0 ? sheet.Theme.Accent : SlideTheme.Mix(sheet.Theme.Secondary, sheet.Theme.Ground, 0.2f);
        return isQuiet ? SlideTheme.Mix(color, sheet.Theme.Ground, 0.55f) : color;
    }

    private static void DrawLegend(SKCanvas canvas, SlideSheet sheet, ChartData data, SKRect box)
    {
        var x = box.Left;
        var style = new TextStyle(sheet.Theme.Secondary);
        for (var i = 0; i < data.Series.Length; i++)
        {
            var name = TextBlock.Fit(
                sheet.Shaper, [data.Series[i].Name], style, new SKSize(box.Right - x - 44, 44), (SlideSheet.SmallestReading, SlideSheet.SmallestReading),
                maxLines: 1, rightToLeft: false);
            if (name.Height == 0)
            {
                continue;
            }

            SlideSheet.FillRounded(canvas, new SKRect(x, box.Top + 10, x + 24, box.Top + 34), 6, ColorOf(sheet, i, isQuiet: false));
            name.Draw(canvas, x + 40, box.Top);
            x += 40 + sheet.Shaper.Measure(name.Paragraphs[0].Lines[0], style, name.Size) + 56;
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A table with a head band. What has no room, columns at the right and rows at the bottom, is counted under it.</summary>
internal static class TableSlide
{
    private const float Padding = 22;
    private const float MinColumnWidth = 130;
    private const float Smallest = 20;
    private const int MaxLines = 3;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var columns = Math.Clamp((int)(box.Width / MinColumnWidth), 1, Math.Max(1, scene.Columns.Length));
        foreach (var size in new[] { 44f, 40, 36, 32, 28, 24, 22, Smallest })
        {
            if (TryLayOut(sheet, scene, box, columns, size) is { } layers)
            {
                return layers;
            }
        }

        return [];
    }

    private static ImmutableArray<SlideLayer>? TryLayOut(SlideSheet sheet, Scene scene, SKRect box, int columns, float size)
    {
        var widths = ColumnWidths(sheet, scene, box.Width, columns, size);
        var head = Row(sheet, scene.Columns, widths, size, new TextStyle(SlideTheme.Primary, Bold: true, LineHeight: 1.25f));
        var style = new TextStyle(SlideTheme.Primary, LineHeight: 1.28f);
        var y = box.Top + HeightOf(head, size);
        var rows = new List<(ImmutableArray<TextBlock> Cells, float Top)>();
        const float NoteHeight = 48;
        var bottom = box.Bottom - (columns < scene.Columns.Length ? NoteHeight : 0);
        foreach (var cells in scene.Rows)
        {
            var row = Row(sheet, cells, widths, size, style);
            var isLast = rows.Count == scene.Rows.Length - 1;
            if (y + HeightOf(row, size) > (isLast || bottom < box.Bottom ? bottom : bottom - (size > Smallest ? 0 : NoteHeight)))
            {
                if (size > Smallest)
                {
                    return null;
                }

                break;
            }

            rows.Add((row, y));
            y += HeightOf(row, size);
        }

        var isWhole = rows.Count == scene.Rows.Length && columns == scene.Columns.Length;
        var down = isWhole ? SlideSheet.TopIn(box, y - box.Top) - box.Top : 0;
        var numeric = Enumerable.Range(0, columns).Select(column => IsNumeric(scene, column)).ToImmutableArray();
        return
        [
            new SlideLayer(canvas =>
            {
                var whole = new SKRect(box.Left, box.Top, box.Left + widths.Sum(), y);
                canvas.Save();
                canvas.Translate(0, down);
                canvas.Save();
                using var frame = new SKRoundRect(whole, 14);
                canvas.ClipRoundRect(frame, SKClipOperation.Intersect, antialias: true);
                Fill(canvas, whole with { Bottom = box.Top + HeightOf(head, size) }, sheet.Theme.AccentShade);
                DrawRow(canvas, head, widths, numeric, box.Left, box.Top, size);
                for (var i = 0; i < rows.Count; i++)
                {
                    var (cells, top) = rows[i];
                    Fill(canvas, new SKRect(whole.Left, top, whole.Right, top + HeightOf(cells, size)), i % 2 == 0 ? SlideTheme.Panel : SlideTheme.Stripe);
                    DrawRow(canvas, cells, widths, numeric, box.Left, top, size);
                }

                canvas.Restore();
                SlideSheet.StrokeRounded(canvas, whole, 14, SlideTheme.PanelEdge, 2);
                DrawNote(canvas, sheet, scene, columns, rows.Count, box.Left, y);
                canvas.Restore();
            }),
        ];
    }

    /// <summary>What the cells ask for, brought to the width that there is: wide columns give first.</summary>
    private static float[] ColumnWidths(SlideSheet sheet, Scene scene, float room, int columns, float size)
    {
        var wanted = new float[columns];
        for (var column = 0; column < columns; column++)
        {
            var cells = scene.Rows.Take(40).Where(row => column < row.Length).Select(row => row[column]).Append(scene.Columns[column]);
            var style = new TextStyle(SlideTheme.Primary, Bold: true);
            wanted[column] = cells.Max(cell => sheet.Shaper.Measure(cell.Length > 120 ? cell[..120] : cell, style, size)) + (2 * Padding) + 2;
        }

        var cap = room;
        while (wanted.Sum(width => Math.Min(width, cap)) > room && cap > MinColumnWidth)
        {
            cap *= 0.96f;
        }

        var widths = wanted.Select(width => Math.Min(width, cap)).ToArray();
        var scale = room / widths.Sum();
        return [.. widths.Select(width => width * (scale < 1 ? scale : Math.Min(scale, 1.6f)))];
    }

    private static ImmutableArray<TextBlock> Row(SlideSheet sheet, ImmutableArray<string> cells, float[] widths, float size, TextStyle style) =>
    [
        .. widths.Select((width, column) => TextBlock.Fit(
            sheet.Shaper,
            [column < cells.Length ? cells[column] : ""],
            style,
            new SKSize(width - (2 * Padding), MaxLines * size * style.LineHeight),
            (size, size),
            maxLines: MaxLines,
            balanced: true)),
    ];

    private static float HeightOf(ImmutableArray<TextBlock> row, float size) => Math.Max(row.Max(cell => cell.Height), size * 1.28f) + (size * 0.9f);

    private static void DrawRow(SKCanvas canvas, ImmutableArray<TextBlock> row, float[] widths, ImmutableArray<bool> numeric, float left, float top, float size)
    {
        for (var column = 0; column < row.Length; column++)
        {
            row[column].Draw(canvas, left + Padding, top + (size * 0.45f), numeric[column] ? TextAlign.Right : TextAlign.Start);
            left += widths[column];
        }
    }

    private static void DrawNote(SKCanvas canvas, SlideSheet sheet, Scene scene, int columns, int rows, float left, float y)
    {
        var parts = new List<string>();
        if (rows < scene.Rows.Length)
        {
            parts.Add(Count(scene.Rows.Length - rows, "row"));
        }

        if (columns < scene.Columns.Length)
        {
            parts.Add(Count(scene.Columns.Length - columns, "column"));
        }

        if (parts.Count > 0)
        {
            sheet.Shaper.Draw(canvas, $"and {string.Join(" and ", parts)} more", new TextStyle(SlideTheme.Muted), 24, left, y + 38);
        }
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{count} {noun}s");

    private static bool IsNumeric(Scene scene, int column)
    {
        var cells = scene.Rows.Where(row => column < row.Length && row[column].Length > 0).Select(row => row[column].Trim()).ToList();
        return cells.Count > 0
            && cells.TrueForAll(cell => char.IsAsciiDigit(cell.TrimStart('-', '+', '−', '$', '€', '~', '<', '>', ' ').FirstOrDefault()) && cell.Length < 16);
    }

    private static void Fill(SKCanvas canvas, SKRect rect, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        canvas.DrawRect(rect, paint);
    }
}

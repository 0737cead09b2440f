using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A table as it stands on its slide. Cells wrap; what has no room even at the smallest size is counted under the table.</summary>
internal sealed class TablePage
{
    private const float Padding = 24;
    private const float MinColumnWidth = 150;
    private const float Radius = 16;
    private const float NoteHeight = 60;

    /// <summary>The most characters of the head of a column; more would leave no room for its cells.</summary>
    private const int MaxHeadLength = 90;

    /// <summary>The most of the height of the slide that one cell takes.</summary>
    private const float MaxCellShare = 0.7f;

    /// <summary>The share of the slide that a small table is loosened to.</summary>
    private const float LooseShare = 0.8f;

    /// <summary>The most characters of a cell that its column's width is asked for.</summary>
    private const int MeasuredLength = 60;

    /// <summary>The most rows whose cells are asked for the width of their column: more stand on no slide.</summary>
    private const int MeasuredRows = 24;

    private static readonly float[] Sizes = [40, 36, SlideSheet.SmallestReading];

    private readonly SlideSheet _sheet;
    private readonly SKRect _area;
    private readonly float[] _widths;
    private readonly ImmutableArray<TextBlock> _head;
    private readonly List<(ImmutableArray<TextBlock> Cells, float Top)> _rows;
    private readonly ImmutableArray<bool> _isNumeric;
    private readonly float _size;
    private readonly float _cellHeight;
    private readonly float _air;
    private readonly bool _isRightToLeft;
    private readonly string? _note;

    private TablePage(SlideSheet sheet, Scene scene, SKRect box, int columns, float size, bool isLast)
    {
        _sheet = sheet;
        _size = size;
        _air = size * 0.8f;
        _cellHeight = (box.Height - NoteHeight) * MaxCellShare;
        _isRightToLeft = ListSlide.IsRightToLeft([.. scene.Columns, .. scene.Rows.SelectMany(row => row)]);
        _widths = ColumnWidths(sheet, scene, box.Width, columns, size);
        ImmutableArray<string> heads = [.. scene.Columns.Select(column => column.Length > MaxHeadLength ? column[..MaxHeadLength] : column)];
        _head = Row(heads, new TextStyle(sheet.Theme.Primary, Bold: true, LineHeight: 1.25f));
        _cellHeight = Math.Min(_cellHeight, box.Height - NoteHeight - HeightOf(_head) - _air);
        var style = new TextStyle(sheet.Theme.Primary, LineHeight: 1.28f);
        var y = HasHead(scene) ? HeightOf(_head) : 0;
        var rows = new List<ImmutableArray<TextBlock>>();
        foreach (var cells in scene.Rows)
        {
            // The first row is shown however high it is; of the others, none that is not whole.
            var row = Row(cells, style);
            if (rows.Count > 0 && y + HeightOf(row) > box.Height - (isLast ? NoteHeight : 0))
            {
                break;
            }

            rows.Add(row);
            y += HeightOf(row);
        }

        // A small table has more air between its rows, so that it fills its slide.
        _air += Math.Clamp(((box.Height * LooseShare) - y) / (rows.Count + 1), 0, size);
        y = HasHead(scene) ? HeightOf(_head) : 0;
        _rows = [];
        foreach (var row in rows)
        {
            _rows.Add((row, y));
            y += HeightOf(row);
        }

        IsCut = _head.Any(cell => cell.IsCut) || _rows.Exists(row => row.Cells.Any(cell => cell.IsCut));
        Fits = !IsCut && y <= box.Height && columns == scene.Columns.Length && _rows.Count == scene.Rows.Length;
        _note = Note(scene.Rows.Length - _rows.Count, scene.Columns.Length - columns);
        var width = _widths.Sum();
        var top = SlideSheet.TopIn(box, y + (_note is null ? 0 : NoteHeight));
        var left = _isRightToLeft ? box.Right - width : box.Left;
        _area = new SKRect(left, top, left + width, top + y);
        _isNumeric = [.. Enumerable.Range(0, columns).Select(column => IsNumeric(scene, column))];
    }

    /// <summary>Whether all of it can be seen.</summary>
    public bool Fits { get; }

    private bool IsCut { get; }

    public int RowCount => _rows.Count;

    private bool HasHeadRow => _rows.Count == 0 || _rows[0].Top > 0;

    public static TablePage Of(SlideSheet sheet, Scene scene, SKRect box)
    {
        var columns = Math.Clamp((int)(box.Width / MinColumnWidth), 1, Math.Max(1, scene.Columns.Length));
        foreach (var size in Sizes)
        {
            if (new TablePage(sheet, scene, box, columns, size, isLast: false) is { Fits: true } page)
            {
                return page;
            }
        }

        return new TablePage(sheet, scene, box, columns, Sizes[^1], isLast: true);
    }

    /// <param name="canvas">Where.</param>
    /// <param name="lit">The row that is spoken of.</param>
    public void Draw(SKCanvas canvas, int? lit)
    {
        var theme = _sheet.Theme;
        canvas.Save();
        using var frame = new SKRoundRect(_area, Radius);
        canvas.ClipRoundRect(frame, SKClipOperation.Intersect, antialias: true);
        Fill(canvas, _area, theme.Panel);
        if (HasHeadRow)
        {
            Fill(canvas, _area with { Bottom = _area.Top + HeightOf(_head) }, theme.Lit);
            DrawRow(canvas, _head, _area.Top);
        }

        for (var i = 0; i < _rows.Count; i++)
        {
            var (cells, top) = _rows[i];
            var band = new SKRect(_area.Left, _area.Top + top, _area.Right, _area.Top + top + HeightOf(cells));
            Fill(canvas, band, i == lit ? theme.Lit : i % 2 == 0 ? theme.Panel : theme.Stripe);
            if (i == lit)
            {
                Fill(canvas, _isRightToLeft ? band with { Left = band.Right - 8 } : band with { Right = band.Left + 8 }, theme.Accent);
            }

            DrawRow(canvas, cells, band.Top);
        }

        canvas.Restore();
        SlideSheet.StrokeRounded(canvas, _area, Radius, theme.PanelEdge, 2);
        if (_note is { } note)
        {
            _sheet.Shaper.Draw(canvas, note, new TextStyle(theme.Muted), 28, _area.Left, _area.Bottom + 44);
        }
    }

    /// <summary>What the cells ask for, brought to the width that there is: wide columns give first.</summary>
    private static float[] ColumnWidths(SlideSheet sheet, Scene scene, float room, int columns, float size)
    {
        var wanted = new float[columns];
        var style = new TextStyle(sheet.Theme.Primary, Bold: true);
        for (var column = 0; column < columns; column++)
        {
            var cells = scene.Rows.Take(MeasuredRows).Where(row => column < row.Length).Select(row => row[column]).Append(scene.Columns[column]);
            wanted[column] = cells.Max(cell => sheet.Shaper.Measure(cell.Length > MeasuredLength ? cell[..MeasuredLength] : cell, style, size))
                + (2 * Padding) + 2;
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

    private static bool HasHead(Scene scene) => scene.Columns.Any(column => !string.IsNullOrWhiteSpace(column));

    private static string? Note(int rows, int columns)
    {
        var parts = new[] { (rows, "row"), (columns, "column") }
            .Where(part => part.Item1 > 0)
            .Select(part => $"{part.Item1} {part.Item2}{(part.Item1 == 1 ? "" : "s")}")
            .ToList();
        return parts.Count == 0 ? null : $"and {string.Join(" and ", parts)} more";
    }

    private static bool IsNumeric(Scene scene, int column)
    {
        var cells = scene.Rows.Where(row => column < row.Length && row[column].Length > 0).Select(row => row[column]).ToList();
        return cells.Count > 0 && cells.TrueForAll(cell => cell.Length < 16 && TableNumber.HasForm(cell));
    }

    private static void Fill(SKCanvas canvas, SKRect rect, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        canvas.DrawRect(rect, paint);
    }

    private ImmutableArray<TextBlock> Row(ImmutableArray<string> cells, TextStyle style) =>
    [
        .. _widths.Select((width, column) => TextBlock.Fit(
            _sheet.Shaper,
            [column < cells.Length ? cells[column] : ""],
            style,
            new SKSize(width - (2 * Padding), _cellHeight),
            (_size, _size),
            balanced: true,
            rightToLeft: _isRightToLeft ? true : null)),
    ];

    private float HeightOf(ImmutableArray<TextBlock> row) => Math.Max(row.Max(cell => cell.Height), _size * 1.28f) + _air;

    private void DrawRow(SKCanvas canvas, ImmutableArray<TextBlock> row, float top)
    {
        var at = 0f;
        for (var column = 0; column < row.Length; column++)
        {
            var left = _isRightToLeft ? _area.Right - at - _widths[column] : _area.Left + at;
            var align = _isNumeric[column] && !_isRightToLeft ? TextAlign.Right : TextAlign.Start;
            row[column].Draw(canvas, left + Padding, top + ((HeightOf(row) - row[column].Height) / 2), align);
            at += _widths[column];
        }
    }
}

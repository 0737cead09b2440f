using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Lying bars, longest where the number is greatest, each with its name and its number as they stand in the document.</summary>
internal sealed class BarChart
{
    private const float LabelShare = 0.3f;
    private const float MaxRow = 120;
    private const float Gap = 24;
    private const float MinBar = 6;

    private readonly SlideSheet _sheet;
    private readonly ChartData _data;
    private readonly SKRect _box;
    private readonly float _row;
    private readonly float _size;
    private readonly float _labelWidth;
    private readonly float _valueWidth;

    public BarChart(SlideSheet sheet, ChartData data, SKRect box)
    {
        (_sheet, _data) = (sheet, data);
        _row = Math.Min(box.Height / data.Labels.Length, MaxRow * (data.Series.Length == 1 ? 1 : 1.4f));
        var height = _row * data.Labels.Length;
        _box = box with { Top = SlideSheet.TopIn(box, height) };
        _size = Math.Clamp(_row * 0.42f / (data.Series.Length == 1 ? 1 : 1.2f), SlideSheet.SmallestReading, 40);
        var style = new TextStyle(sheet.Theme.Primary);
        _labelWidth = Math.Min(data.Labels.Max(label => sheet.Shaper.Measure(label, style, _size)) + Gap, box.Width * LabelShare);
        _valueWidth = data.Series.SelectMany(series => series.Texts).Max(text => sheet.Shaper.Measure(text, style with { Bold = true }, _size)) + Gap;
    }

    public void Draw(SKCanvas canvas, int? lit)
    {
        var most = _data.Series.SelectMany(series => series.Values).Max();
        var room = _box.Width - _labelWidth - _valueWidth;
        for (var i = 0; i < _data.Labels.Length; i++)
        {
            var top = _box.Top + (_row * i);
            var isQuiet = lit is { } other && other != i;
            DrawLabel(canvas, i, top, isQuiet);
            var bar = (_row - (Gap * 0.75f)) / _data.Series.Length;
            for (var k = 0; k < _data.Series.Length; k++)
            {
                var y = top + (Gap * 0.375f) + (bar * k);
                var length = Math.Max(MinBar, (float)(room * _data.Series[k].Values[i] / most));
                var rect = new SKRect(_box.Left + _labelWidth, y, _box.Left + _labelWidth + length, y + bar - (_data.Series.Length > 1 ? 4 : 0));
                SlideSheet.FillRounded(canvas, rect, Math.Min(10, rect.Height / 3), ChartSlide.ColorOf(_sheet, k, isQuiet));
                var style = new TextStyle(isQuiet ? _sheet.Theme.Secondary : _sheet.Theme.Primary, Bold: true);
                _sheet.Shaper.Draw(canvas, _data.Series[k].Texts[i], style, _size, rect.Right + (Gap * 0.6f), rect.MidY + (_size * 0.36f));
            }
        }
    }

    private void DrawLabel(SKCanvas canvas, int row, float top, bool isQuiet)
    {
        var label = TextBlock.Fit(
            _sheet.Shaper, [_data.Labels[row]], new TextStyle(isQuiet ? _sheet.Theme.Secondary : _sheet.Theme.Primary, LineHeight: 1.1f),
            new SKSize(_labelWidth - Gap, _row), (_size, SlideSheet.SmallestText), maxLines: 2);
        label.Draw(canvas, _box.Left, top + ((_row - label.Height) / 2));
    }
}

using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Source text in a panel, its words coloured by what they are. A line that is too long goes on in the next, moved in, with a mark of its own. The line that
/// the voice speaks of is lit.
/// </summary>
internal static class CodeSlide
{
    private const float Padding = 40;
    private const float Largest = 40;
    private const float LineHeight = 1.46f;
    private const int MaxLineLength = 400;
    private const int TabWidth = 4;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var page = CodePage.Of(sheet, scene, box);
        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        layers.Add(new SlideLayer(canvas => page.Draw(canvas, null)));
        var source = Source(scene);
        for (var i = 0; i < source.Count; i++)
        {
            var line = i;
            if (source[i].Any(char.IsLetterOrDigit))
            {
                layers.Add(new SlideLayer(canvas => page.Draw(canvas, line), source[i].TrimStart('/', '#', '-', '*', ' '), OnlyWhenSpoken: true));
            }
        }

        return layers.ToImmutable();
    }

    /// <summary>Whether all of the code can be seen.</summary>
    internal static bool Fits(SlideSheet sheet, Scene scene, SKRect box) => !CodePage.Of(sheet, scene, box).IsCut;

    private static List<string> Source(Scene scene) => [.. (scene.Code ?? "").TrimEnd().Split('\n').Select(ExpandTabs)];

    private static string ExpandTabs(string line)
    {
        var bounded = line.TrimEnd('\r', ' ', '\t');
        bounded = bounded.Length > MaxLineLength ? bounded[..MaxLineLength] + MeasuredText.Ellipsis : bounded;
        if (!bounded.Contains('\t', StringComparison.Ordinal))
        {
            return bounded;
        }

        var expanded = new System.Text.StringBuilder();
        foreach (var c in bounded)
        {
            expanded.Append(c == '\t' ? new string(' ', TabWidth - (expanded.Length % TabWidth)) : c.ToString(CultureInfo.InvariantCulture));
        }

        return expanded.ToString();
    }

    /// <summary>The code as it stands in its panel.</summary>
    private sealed class CodePage
    {
        private readonly SlideSheet _sheet;
        private readonly SKRect _panel;
        private readonly float _size;
        private readonly List<CodeRow> _rows;
        private readonly string? _language;

        private CodePage(SlideSheet sheet, SKRect panel, float size, List<CodeRow> rows, string? language, bool isCut)
        {
            (_sheet, _panel, _size, _rows, _language) = (sheet, panel, size, rows, language);
            IsCut = isCut;
        }

        public bool IsCut { get; }

        public static CodePage Of(SlideSheet sheet, Scene scene, SKRect box)
        {
            var source = Source(scene);
            var tokens = CodeTokenizer.Tokenize(source, scene.Language);
            var letter = sheet.Shaper.Measure("M", new TextStyle(sheet.Theme.Primary, Mono: true), 100) / 100;
            var width = box.Width - (2 * Padding);
            var longest = source.Max(line => CodeRow.WidthOf(line));
            var size = Math.Clamp(width / (Math.Max(1, longest) * letter), SlideSheet.SmallestCode, Largest);
            List<CodeRow> rows;
            int room;
            while (true)
            {
                rows = CodeRow.Wrap(tokens, (int)(width / (size * letter)));
                room = Math.Max(1, (int)((box.Height - (2 * Padding)) / (size * LineHeight)));
                if (rows.Count <= room || size <= SlideSheet.SmallestCode)
                {
                    break;
                }

                size = Math.Max(SlideSheet.SmallestCode, size * 0.94f);
            }

            var isCut = rows.Count > room;
            if (isCut)
            {
                rows = [.. rows.Take(room - 1), new CodeRow(-1, [new CodeToken(MeasuredText.Ellipsis, CodeTokenKind.Plain)], 0)];
            }

            var height = (2 * Padding) + (rows.Count * size * LineHeight);
            var top = SlideSheet.TopIn(box, height);
            return new CodePage(sheet, box with { Top = top, Bottom = top + height }, size, rows, scene.Language, isCut);
        }

        public void Draw(SKCanvas canvas, int? lit)
        {
            var theme = _sheet.Theme;
            if (IsCut)
            {
                _sheet.Shaper.NoteCut(string.Concat(_rows[0].Tokens.Select(token => token.Text)));
            }

            SlideSheet.FillRounded(canvas, _panel, 20, theme.Panel);
            var step = _size * LineHeight;
            var y = _panel.Top + Padding;
            foreach (var row in _rows)
            {
                if (row.Line == lit)
                {
                    using var paint = new SKPaint { Color = theme.Lit };
                    canvas.DrawRect(new SKRect(_panel.Left + 2, y, _panel.Right - 2, y + step), paint);
                    paint.Color = theme.Accent;
                    canvas.DrawRect(new SKRect(_panel.Left + 2, y, _panel.Left + 10, y + step), paint);
                }

                DrawRow(canvas, row, y + (step / 2) + (_size * 0.34f));
                y += step;
            }

            SlideSheet.StrokeRounded(canvas, _panel, 20, theme.PanelEdge, 2);
            DrawLanguage(canvas);
        }

        private void DrawRow(SKCanvas canvas, CodeRow row, float baseline)
        {
            var plain = new TextStyle(_sheet.Theme.Primary, Mono: true);
            var x = _panel.Left + Padding;
            if (row.Indent > 0)
            {
                x += row.Indent * _sheet.Shaper.Measure("M", plain, _size);
                var arrow = new TextStyle(_sheet.Theme.Muted, Mono: true);
                _sheet.Shaper.Draw(canvas, "↳", arrow, _size, x - _sheet.Shaper.Measure("↳ ", arrow, _size), baseline);
            }

            foreach (var token in row.Tokens)
            {
                x += _sheet.Shaper.Draw(canvas, token.Text, plain with { Color = ColorOf(token.Kind) }, _size, x, baseline);
            }
        }

        /// <summary>On the edge of the panel, where no code can be under it.</summary>
        private void DrawLanguage(SKCanvas canvas)
        {
            if (string.IsNullOrWhiteSpace(_language) || _language.Length > 24)
            {
                return;
            }

            var style = new TextStyle(_sheet.Theme.Secondary, Mono: true);
            var width = _sheet.Shaper.Measure(_language, style, SlideSheet.SmallestText);
            var tag = new SKRect(_panel.Right - width - 76, _panel.Top - 22, _panel.Right - 36, _panel.Top + 22);
            SlideSheet.FillRounded(canvas, tag, 22, _sheet.Theme.Panel);
            SlideSheet.StrokeRounded(canvas, tag, 22, _sheet.Theme.PanelEdge, 2);
            _sheet.Shaper.Draw(canvas, _language, style, SlideSheet.SmallestText, tag.Left + 20, tag.MidY + 8);
        }

        private SKColor ColorOf(CodeTokenKind kind) => kind switch
        {
            CodeTokenKind.Keyword => _sheet.Theme.CodeKeyword,
            CodeTokenKind.Text => _sheet.Theme.CodeText,
            CodeTokenKind.Number => _sheet.Theme.CodeNumber,
            CodeTokenKind.Comment => _sheet.Theme.Muted,
            CodeTokenKind.Name => _sheet.Theme.CodeName,
            CodeTokenKind.Punctuation => _sheet.Theme.Secondary,
            _ => _sheet.Theme.Primary,
        };
    }
}

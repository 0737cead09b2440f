using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Source text in a panel, its words coloured by what they are. Lines are never wrapped, because breaks mean something in code.</summary>
internal static class CodeSlide
{
    private const float Padding = 44;
    private const float Largest = 46;
    private const float Smallest = 19;
    private const float LineHeight = 1.46f;
    private const int MaxLineLength = 400;

    private static readonly TextStyle Plain = new(SlideTheme.Primary, Mono: true);

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var code = (scene.Code ?? "").TrimEnd().Split('\n').Select(ExpandTabs).ToList();
        var size = SizeFor(sheet, code, box);
        var room = Math.Max(1, (int)((box.Height - (2 * Padding)) / (size * LineHeight)));
        if (code.Count > room)
        {
            code = [.. code.Take(room - 1), MeasuredText.Ellipsis];
        }

        var lines = code.ConvertAll(line => Cut(sheet, line, size, box.Width - (2 * Padding)));
        var colored = CodeTokenizer.Tokenize(lines, scene.Language);
        var height = (2 * Padding) + (lines.Count * size * LineHeight);
        var top = SlideSheet.TopIn(box, height);
        var panel = box with { Top = top, Bottom = top + height };
        return
        [
            new SlideLayer(canvas =>
            {
                SlideSheet.FillRounded(canvas, panel, 20, SlideTheme.Panel);
                SlideSheet.StrokeRounded(canvas, panel, 20, SlideTheme.PanelEdge, 2);
                DrawLanguage(canvas, sheet, scene.Language, panel);
                var y = panel.Top + Padding;
                foreach (var line in colored)
                {
                    DrawLine(canvas, sheet, line, size, panel.Left + Padding, y + (size * LineHeight / 2) + (size * 0.34f));
                    y += size * LineHeight;
                }
            }),
        ];
    }

    private static float SizeFor(SlideSheet sheet, List<string> lines, SKRect box)
    {
        var widest = lines.Max(line => sheet.Shaper.Measure(line, Plain, 100)) / 100;
        var byWidth = widest > 0 ? (box.Width - (2 * Padding)) / widest : Largest;
        var byHeight = (box.Height - (2 * Padding)) / (lines.Count * LineHeight);
        return Math.Clamp(Math.Min(byWidth, byHeight) * 0.998f, Smallest, Largest);
    }

    private static string Cut(SlideSheet sheet, string line, float size, float width) =>
        sheet.Shaper.Measure(line, Plain, size) <= width ? line : new MeasuredText(line, Plain, sheet.Shaper).Shorten(line, size, width);

    private static void DrawLine(SKCanvas canvas, SlideSheet sheet, ImmutableArray<CodeToken> tokens, float size, float x, float baseline)
    {
        foreach (var token in tokens)
        {
            x += sheet.Shaper.Draw(canvas, token.Text, Plain with { Color = ColorOf(token.Kind, sheet.Theme) }, size, x, baseline);
        }
    }

    private static void DrawLanguage(SKCanvas canvas, SlideSheet sheet, string? language, SKRect panel)
    {
        if (string.IsNullOrWhiteSpace(language) || language.Length > 24)
        {
            return;
        }

        var style = new TextStyle(SlideTheme.Muted, Mono: true);
        var width = sheet.Shaper.Measure(language, style, 20);
        sheet.Shaper.Draw(canvas, language, style, 20, panel.Right - 28 - width, panel.Top + 34);
    }

    private static SKColor ColorOf(CodeTokenKind kind, SlideTheme theme) => kind switch
    {
        CodeTokenKind.Keyword => SlideTheme.Mix(theme.Accent, SKColors.White, 0.12f),
        CodeTokenKind.Text => new SKColor(0xA5, 0xD6, 0xA0),
        CodeTokenKind.Number => new SKColor(0xF2, 0xB8, 0x7E),
        CodeTokenKind.Comment => SlideTheme.Muted,
        CodeTokenKind.Name => new SKColor(0x8F, 0xD3, 0xE8),
        CodeTokenKind.Punctuation => SlideTheme.Secondary,
        _ => SlideTheme.Primary,
    };

    private static string ExpandTabs(string line)
    {
        var bounded = line.TrimEnd('\r', ' ', '\t');
        bounded = bounded.Length > MaxLineLength ? bounded[..MaxLineLength] : bounded;
        if (!bounded.Contains('\t', StringComparison.Ordinal))
        {
            return bounded;
        }

        var expanded = new System.Text.StringBuilder();
        foreach (var c in bounded)
        {
            expanded.Append(c == '\t' ? new string(' ', 4 - (expanded.Length % 4)) : c.ToString(CultureInfo.InvariantCulture));
        }

        return expanded.ToString();
    }
}

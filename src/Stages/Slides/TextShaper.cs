using System.Globalization;
using System.Text;
using SkiaSharp;
using HarfBuzzBuffer = HarfBuzzSharp.Buffer;

namespace VideoGen.Stages.Slides;

/// <summary>Turns text into glyphs: fonts for what a font lacks, ligatures and marks, letters that join, both directions.</summary>
/// <param name="fonts">Where glyphs come from.</param>
/// <param name="theme">The colours of marks that are drawn as shapes.</param>
internal sealed class TextShaper(SlideFonts fonts, SlideTheme theme)
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const char VariationSelector16 = '\uFE0F';

    /// <summary>Marks over and under one letter; more would grow out of the line.</summary>
    private const int MaxMarks = 3;

    /// <summary>The most cut texts that are kept for the warning.</summary>
    private const int MaxCuts = 16;

    private readonly HashSet<string> _cuts = [];

    /// <summary>The first lines of texts that were drawn so far, and had no room to be drawn whole.</summary>
    public IReadOnlyCollection<string> Cuts => _cuts;

    public void NoteCut(string text)
    {
        if (_cuts.Count < MaxCuts)
        {
            _cuts.Add(text);
        }
    }

    /// <summary>The width of one line of text, in pixels.</summary>
    public float Measure(string text, TextStyle style, float size) => Measure(TextLine.Of(Clean(text)), style, size);

    /// <inheritdoc cref="Measure(string, TextStyle, float)"/>
    public float Measure(TextLine line, TextStyle style, float size)
    {
        var width = 0f;
        foreach (var run in Runs(line, style))
        {
            if (run.Typeface is null)
            {
                width += size * DrawnMark.Width;
                continue;
            }

            var shaped = Shape(run, style, size);
            shaped.Font.Dispose();
            width += shaped.Width;
        }

        return width;
    }

    /// <summary>Draws one line of text, a paragraph of its own, and returns its width.</summary>
    public float Draw(SKCanvas canvas, string text, TextStyle style, float size, float x, float baseline) =>
        Draw(canvas, TextLine.Of(Clean(text)), style, size, x, baseline);

    /// <summary>Draws one line of text and returns its width.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="line">Clean.</param>
    /// <param name="style">How it looks.</param>
    /// <param name="size">Of the font, in pixels.</param>
    /// <param name="x">The left edge.</param>
    /// <param name="baseline">Where the letters stand.</param>
    public float Draw(SKCanvas canvas, TextLine line, TextStyle style, float size, float x, float baseline)
    {
        using var paint = new SKPaint { Color = style.Color, IsAntialias = true };
        var start = x;
        foreach (var run in Runs(line, style))
        {
            if (run.Typeface is null)
            {
                DrawnMark.Draw(canvas, run.Text, theme, size, x, baseline);
                x += size * DrawnMark.Width;
                continue;
            }

            var shaped = Shape(run, style, size);
            using var font = shaped.Font;
            if (shaped.Glyphs.Length > 0)
            {
                using var builder = new SKTextBlobBuilder();
                builder.AddPositionedRun(shaped.Glyphs, font, shaped.Points);
                using var blob = builder.Build();
                canvas.DrawText(blob, x, baseline, paint);
            }

            x += shaped.Width;
        }

        return x - start;
    }

    /// <summary>Control characters become spaces, and a letter keeps a few marks. Marks of direction stay: they are obeyed, and not drawn.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MaxMarks)
            {
                continue;
            }

            if (Rune.IsControl(rune) || category is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else if (category != UnicodeCategory.Format || rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner || IsDirection(rune.Value)
                || rune.Value is >= 0xE0020 and <= 0xE007F)
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsDirection(int rune) => rune is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private (ushort[] Glyphs, SKPoint[] Points, float Width, SKFont Font) Shape(GlyphRun run, TextStyle style, float size)
    {
        var typeface = run.Typeface!;
        var font = new SKFont(typeface, size)
        {
            Edging = SKFontEdging.Antialias,
            Hinting = SKFontHinting.None,
            Subpixel = true,
            LinearMetrics = true,
            Embolden = style.Bold && typeface.FontStyle.Weight < (int)SKFontStyleWeight.SemiBold && !fonts.IsEmoji(typeface),
        };
        using var buffer = new HarfBuzzBuffer();
        buffer.AddUtf16(run.Text);
        buffer.GuessSegmentProperties();

        // What is neither, such as a bracket, would be taken to run from left to right, and not be mirrored.
        buffer.Direction = run.IsRightToLeft ? HarfBuzzSharp.Direction.RightToLeft : HarfBuzzSharp.Direction.LeftToRight;
        var shaped = fonts.ShaperOf(typeface).Shape(buffer, font);
        return ([.. shaped.Codepoints.Select(glyph => (ushort)glyph)], shaped.Points, shaped.Width, font);
    }

    /// <summary>Parts of one font and one direction, from left to right as they are seen.</summary>
    private List<GlyphRun> Runs(TextLine line, TextStyle style)
    {
        var runs = new List<GlyphRun>();
        foreach (var stretch in line.Runs)
        {
            var ofStretch = RunsOfOneDirection(line.Text.Substring(stretch.Start, stretch.Length), style, stretch.IsRightToLeft);
            if (stretch.IsRightToLeft)
            {
                ofStretch.Reverse();
            }

            runs.AddRange(ofStretch);
        }

        return runs;
    }

    private List<GlyphRun> RunsOfOneDirection(string text, TextStyle style, bool isRightToLeft)
    {
        var runs = new List<GlyphRun>();
        SKTypeface? current = null;
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, i);
            var grapheme = text.AsSpan(i, length);
            if (DrawnMark.Is(grapheme))
            {
                Add(i);
                runs.Add(new GlyphRun(null, grapheme.ToString(), isRightToLeft));
                (current, start, i) = (null, i + length, i + length);
                continue;
            }

            var typeface = current is not null && grapheme.IsWhiteSpace() && !fonts.IsEmoji(current) ? current : fonts.TypefaceOf(grapheme, style);
            if (current is not null && typeface.Handle != current.Handle)
            {
                Add(i);
                start = i;
            }

            current = typeface;
            i += length;
        }

        Add(text.Length);
        return runs;

        void Add(int end)
        {
            if (current is not null && end > start)
            {
                // The selector has done its work by choosing the font, and marks of direction theirs; most fonts draw a box for them.
                var part = string.Concat(text[start..end].Where(c => c != VariationSelector16 && !IsDirection(c)));
                runs.Add(new GlyphRun(current, part, isRightToLeft));
            }
        }
    }

    /// <param name="Typeface">Null for a mark that is drawn as a shape.</param>
    /// <param name="Text">Of the run.</param>
    /// <param name="IsRightToLeft">Which way it runs.</param>
    private sealed record GlyphRun(SKTypeface? Typeface, string Text, bool IsRightToLeft);
}

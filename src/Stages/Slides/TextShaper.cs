using System.Globalization;
using System.Text;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Turns text into glyphs: fonts for what a font lacks, ligatures and marks, letters that join, both directions.</summary>
internal sealed class TextShaper(SlideFonts fonts)
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const char VariationSelector16 = '\uFE0F';

    /// <summary>Marks over and under one letter; more would grow out of the line.</summary>
    private const int MaxMarks = 3;

    /// <summary>The width of one line of text, in pixels.</summary>
    public float Measure(string text, TextStyle style, float size)
    {
        var width = 0f;
        foreach (var (typeface, part) in Runs(Clean(text), style))
        {
            using var font = CreateFont(typeface, size, style);
            width += fonts.ShaperOf(typeface).Shape(part, font).Width;
        }

        return width;
    }

    /// <summary>Draws one line of text and returns its width.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="text">Without line breaks.</param>
    /// <param name="style">How it looks.</param>
    /// <param name="size">Of the font, in pixels.</param>
    /// <param name="x">The left edge.</param>
    /// <param name="baseline">Where the letters stand.</param>
    public float Draw(SKCanvas canvas, string text, TextStyle style, float size, float x, float baseline)
    {
        using var paint = new SKPaint { Color = style.Color, IsAntialias = true };
        var start = x;
        foreach (var (typeface, part) in Runs(Clean(text), style))
        {
            using var font = CreateFont(typeface, size, style);
            var shaped = fonts.ShaperOf(typeface).Shape(part, font);
            if (shaped.Codepoints.Length > 0)
            {
                using var builder = new SKTextBlobBuilder();
                builder.AddPositionedRun([.. shaped.Codepoints.Select(glyph => (ushort)glyph)], font, shaped.Points);
                using var blob = builder.Build();
                canvas.DrawText(blob, x, baseline, paint);
            }

            x += shaped.Width;
        }

        return x - start;
    }

    /// <summary>Control characters, and marks that would turn the direction of what follows, are not drawn.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            marks = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MaxMarks)
            {
                continue;
            }

            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner)
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private SKFont CreateFont(SKTypeface typeface, float size, TextStyle style) => new(typeface, size)
    {
        Edging = SKFontEdging.Antialias,
        Hinting = SKFontHinting.None,
        Subpixel = true,
        LinearMetrics = true,
        Embolden = style.Bold && typeface.FontStyle.Weight < (int)SKFontStyleWeight.SemiBold && !fonts.IsEmoji(typeface),
    };

    /// <summary>Parts of one font and one direction, from left to right as they are seen.</summary>
    private List<(SKTypeface Typeface, string Text)> Runs(string text, TextStyle style)
    {
        var runs = new List<(SKTypeface Typeface, string Text)>();
        var rightToLeft = TextDirection.IsRightToLeft(text);
        foreach (var stretch in TextDirection.InVisualOrder(text, rightToLeft))
        {
            var ofStretch = RunsOfOneDirection(text.Substring(stretch.Start, stretch.Length), style);
            if (stretch.RightToLeft)
            {
                ofStretch.Reverse();
            }

            runs.AddRange(ofStretch);
        }

        return runs;
    }

    private List<(SKTypeface Typeface, string Text)> RunsOfOneDirection(string text, TextStyle style)
    {
        var runs = new List<(SKTypeface Typeface, string Text)>();
        SKTypeface? current = null;
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, i);
            var grapheme = text.AsSpan(i, length);
            var typeface = current is not null && grapheme.IsWhiteSpace() && !fonts.IsEmoji(current) ? current : fonts.TypefaceOf(grapheme, style);
            if (current is not null && typeface.Handle != current.Handle)
            {
                Add(start, i);
                start = i;
            }

            current = typeface;
            i += length;
        }

        if (current is not null)
        {
            Add(start, text.Length);
        }

        return runs;

        // The selector has done its work by choosing the font; most fonts draw a box for it.
        void Add(int from, int to) => runs.Add((current, text[from..to].Replace(VariationSelector16.ToString(), "", StringComparison.Ordinal)));
    }
}

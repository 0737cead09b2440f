using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace VideoGen.Stages.Slides;

/// <summary>
/// The fonts of one clip. The first family of each list that is installed is used; what it lacks comes from whichever installed font has it.
/// Not for several threads: shapers keep a buffer. Typefaces belong to the process: SkiaSharp may hand one object to several clips, so no clip disposes
/// them. Shapers and probes belong to the clip, and nothing may draw any more when they are disposed: native code does not check.
/// </summary>
internal sealed class SlideFonts : IDisposable
{
    private static readonly string[] SansFamilies = ["Noto Sans", "DejaVu Sans", "Liberation Sans", "Helvetica", "Arial"];
    private static readonly string[] MonoFamilies = ["Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono", "Menlo", "Consolas"];
    private static readonly string[] EmojiFamilies = ["Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji"];

    private const int VariationSelector16 = 0xFE0F;
    private const int FirstPictograph = 0x1F000;
    private const int LastPictograph = 0x1FAFF;

    private readonly Dictionary<(bool Bold, bool Mono, bool Italic), SKTypeface> _typefaces = [];
    private readonly Dictionary<(int Rune, bool Bold), SKTypeface?> _fallbacks = [];
    private readonly Dictionary<nint, SKShaper> _shapers = [];
    private readonly Dictionary<nint, SKFont> _probes = [];
    private readonly SKTypeface? _emoji;

    public SlideFonts() => _emoji = Match(EmojiFamilies, SKFontStyle.Normal);

    public SKTypeface TypefaceOf(TextStyle style)
    {
        var key = (style.Bold, style.Mono, style.Italic);
        if (!_typefaces.TryGetValue(key, out var typeface))
        {
            var fontStyle = (style.Bold, style.Italic) switch
            {
                (true, true) => SKFontStyle.BoldItalic,
                (true, false) => SKFontStyle.Bold,
                (false, true) => SKFontStyle.Italic,
                _ => SKFontStyle.Normal,
            };
            typeface = Match(style.Mono ? MonoFamilies : SansFamilies, fontStyle) ?? SKTypeface.Default;
            _typefaces.Add(key, typeface);
        }

        return typeface;
    }

    /// <summary>The typeface that draws one grapheme of a text in this style.</summary>
    public SKTypeface TypefaceOf(ReadOnlySpan<char> grapheme, TextStyle style)
    {
        var typeface = TypefaceOf(style);
        Rune.DecodeFromUtf16(grapheme, out var rune, out _);
        var isPicture = rune.Value is >= FirstPictograph and <= LastPictograph || grapheme.Contains((char)VariationSelector16);
        if (isPicture && _emoji is not null && HasGlyph(_emoji, rune))
        {
            return _emoji;
        }

        if (Rune.IsWhiteSpace(rune) || HasGlyph(typeface, rune))
        {
            return typeface;
        }

        if (!_fallbacks.TryGetValue((rune.Value, style.Bold), out var fallback))
        {
            fallback = SKFontManager.Default.MatchCharacter(null, style.Bold ? SKFontStyle.Bold : SKFontStyle.Normal, null, rune.Value);
            _fallbacks.Add((rune.Value, style.Bold), fallback);
        }

        return fallback ?? typeface;
    }

    /// <summary>Pictures instead of letters: spaces between them are those of the text.</summary>
    public bool IsEmoji(SKTypeface typeface) => _emoji is not null && typeface.Handle == _emoji.Handle;

    public SKShaper ShaperOf(SKTypeface typeface)
    {
        if (!_shapers.TryGetValue(typeface.Handle, out var shaper))
        {
            shaper = new SKShaper(typeface);
            _shapers.Add(typeface.Handle, shaper);
        }

        return shaper;
    }

    public void Dispose()
    {
        foreach (var shaper in _shapers.Values)
        {
            shaper.Dispose();
        }

        foreach (var probe in _probes.Values)
        {
            probe.Dispose();
        }
    }

    private bool HasGlyph(SKTypeface typeface, Rune rune)
    {
        if (!_probes.TryGetValue(typeface.Handle, out var probe))
        {
            probe = new SKFont(typeface);
            _probes.Add(typeface.Handle, probe);
        }

        return probe.ContainsGlyph(rune.Value);
    }

    private static SKTypeface? Match(string[] families, SKFontStyle style) =>
        families.Select(family => SKFontManager.Default.MatchFamily(family, style)).FirstOrDefault(typeface => typeface is not null);
}

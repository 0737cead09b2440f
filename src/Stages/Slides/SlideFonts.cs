using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace VideoGen.Stages.Slides;

/// <summary>
/// The fonts of one clip. Letters of text and code come from fonts that travel with the program, so that a document looks the same on every machine; only
/// what they lack comes from whichever installed font has it.
/// Not for several threads: shapers keep a buffer. Typefaces belong to the process: SkiaSharp may hand one object to several clips, so no clip disposes
/// them. Shapers and probes belong to the clip, and nothing may draw any more when they are disposed: native code does not check.
/// </summary>
/// <param name="language">Of the document, BCP 47: Chinese characters look different in Japanese and in Chinese.</param>
internal sealed class SlideFonts(string? language = null) : IDisposable
{
    private const int VariationSelector16 = 0xFE0F;
    private const int FirstPictograph = 0x1F000;
    private const int LastPictograph = 0x1FAFF;

    /// <summary>The most characters without a font that are kept for the warning.</summary>
    private const int MaxMissing = 64;

    private static readonly string[] EmojiFamilies = ["Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji"];

    private static readonly Lazy<SKTypeface> Regular = new(() => Read("Inter-Regular.otf"));
    private static readonly Lazy<SKTypeface> Bold = new(() => Read("Inter-Bold.otf"));
    private static readonly Lazy<SKTypeface> Italic = new(() => Read("Inter-Italic.otf"));
    private static readonly Lazy<SKTypeface> Mono = new(() => Read("JetBrainsMono-Regular.ttf"));

    private readonly Dictionary<(int Rune, bool Bold), SKTypeface?> _fallbacks = [];
    private readonly Dictionary<nint, SKShaper> _shapers = [];
    private readonly Dictionary<nint, SKFont> _probes = [];
    private readonly HashSet<Rune> _missing = [];
    private readonly SKTypeface? _emoji =
        EmojiFamilies.Select(family => SKFontManager.Default.MatchFamily(family, SKFontStyle.Normal)).FirstOrDefault(typeface => typeface is not null);

    /// <summary>Characters of the text so far that neither the program's fonts nor an installed one can draw.</summary>
    public IReadOnlyCollection<Rune> Missing => _missing;

    public static SKTypeface TypefaceOf(TextStyle style) => (style.Mono ? Mono : style.Bold ? Bold : style.Italic ? Italic : Regular).Value;

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
            fallback = Find(rune, style);
            _fallbacks.Add((rune.Value, style.Bold), fallback);
            if (fallback is null && _missing.Count < MaxMissing)
            {
                _missing.Add(rune);
            }
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

    /// <summary>Sans text has signs that code lacks, and the other way round; only then is another font looked for.</summary>
    private SKTypeface? Find(Rune rune, TextStyle style)
    {
        var other = TypefaceOf(style with { Mono = !style.Mono });
        if (HasGlyph(other, rune))
        {
            return other;
        }

        var languages = language is null ? null : new[] { language };
        var found = SKFontManager.Default.MatchCharacter(null, style.Bold ? SKFontStyle.Bold : SKFontStyle.Normal, languages, rune.Value);
        return found is not null && HasGlyph(found, rune) ? found : null;
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

    private static SKTypeface Read(string name)
    {
        using var stream = typeof(SlideFonts).Assembly.GetManifestResourceStream("fonts/" + name)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}

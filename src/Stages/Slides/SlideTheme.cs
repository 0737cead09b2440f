using System.Globalization;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>The colours of a video: one calm dark ground, and the accent that the task asked for.</summary>
internal sealed record SlideTheme
{
    public static readonly SKColor Ground = new(0x0F, 0x14, 0x1B);
    public static readonly SKColor Panel = new(0x18, 0x20, 0x2A);
    public static readonly SKColor PanelEdge = new(0x2A, 0x35, 0x42);
    public static readonly SKColor Stripe = new(0x14, 0x1B, 0x24);
    public static readonly SKColor Primary = new(0xF1, 0xF4, 0xF8);
    public static readonly SKColor Secondary = new(0xB4, 0xBF, 0xCC);
    public static readonly SKColor Muted = new(0x74, 0x82, 0x92);

    private const double MinContrast = 4.5;

    private static readonly SKColor FallbackAccent = new(0x4C, 0x9A, 0xFF);

    /// <summary>The accent, lightened as far as it takes to be read on the ground.</summary>
    public required SKColor Accent { get; init; }

    /// <summary>A quiet mixture of accent and ground, for shapes.</summary>
    public SKColor AccentShade => Mix(Ground, Accent, 0.22f);

    /// <summary>A theme with an accent of the form <c>#RRGGBB</c>.</summary>
    public static SlideTheme Of(string accent)
    {
        var color = accent.Length == 7
            && accent[0] == '#'
            && uint.TryParse(accent.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new SKColor(0xFF000000 | value)
            : FallbackAccent;
        while (Contrast(color) < MinContrast)
        {
            color = Mix(color, SKColors.White, 0.1f);
        }

        return new SlideTheme { Accent = color };
    }

    public static SKColor Mix(SKColor from, SKColor to, float share) => new(
        (byte)Math.Round(from.Red + ((to.Red - from.Red) * share)),
        (byte)Math.Round(from.Green + ((to.Green - from.Green) * share)),
        (byte)Math.Round(from.Blue + ((to.Blue - from.Blue) * share)));

    /// <summary>As WCAG defines it, against the ground.</summary>
    private static double Contrast(SKColor color) => (Luminance(color) + 0.05) / (Luminance(Ground) + 0.05);

    private static double Luminance(SKColor color) => (0.2126 * Linear(color.Red)) + (0.7152 * Linear(color.Green)) + (0.0722 * Linear(color.Blue));

    private static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
}

using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// The colours of a video: a theme, and the accent that the task asked for. Each colour of letters is moved towards black or white as far as it takes to
/// be read on every ground that it stands on.
/// </summary>
internal sealed record SlideTheme
{
    /// <summary>WCAG's least contrast for text.</summary>
    public const double MinContrast = 4.5;

    private static readonly SKColor FallbackAccent = new(0x4C, 0x9A, 0xFF);

    public required SKColor Ground { get; init; }

    public required SKColor Panel { get; init; }

    public required SKColor PanelEdge { get; init; }

    /// <summary>Every other row of a table.</summary>
    public required SKColor Stripe { get; init; }

    /// <summary>Behind what is spoken of just now, and behind the head of a table.</summary>
    public required SKColor Lit { get; init; }

    public required SKColor Primary { get; init; }

    public required SKColor Secondary { get; init; }

    public required SKColor Muted { get; init; }

    public required SKColor Accent { get; init; }

    /// <summary>A full field of the accent, for the last slide, and the letters on it.</summary>
    public required SKColor AccentField { get; init; }

    public required SKColor OnAccentField { get; init; }

    public required SKColor Good { get; init; }

    public required SKColor Bad { get; init; }

    public required SKColor Warn { get; init; }

    public required SKColor CodeText { get; init; }

    public required SKColor CodeNumber { get; init; }

    public required SKColor CodeName { get; init; }

    public required SKColor CodeKeyword { get; init; }

    public bool IsDark => Luminance(Ground) < 0.2;

    /// <summary>Everything that letters stand on, but for the field of the accent.</summary>
    public ImmutableArray<SKColor> Grounds => [Ground, Panel, Stripe, Lit];

    /// <summary>Every colour that letters have on those grounds.</summary>
    public ImmutableArray<SKColor> Inks => [Primary, Secondary, Muted, Accent, Good, Bad, Warn, CodeText, CodeNumber, CodeName, CodeKeyword];

    /// <param name="accent">Of the form <c>#RRGGBB</c>.</param>
    /// <param name="theme">A name of <see cref="ThemeNames"/>; any other is the default.</param>
    public static SlideTheme Of(string accent, string? theme = null)
    {
        var color = accent.Length == 7
            && accent[0] == '#'
            && uint.TryParse(accent.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new SKColor(0xFF000000 | value)
            : FallbackAccent;
        return Readable(theme switch
        {
            ThemeNames.Light => Light(color),
            ThemeNames.Paper => Paper(color),
            ThemeNames.Vivid => Vivid(color),
            _ => Dark(color),
        });
    }

    public static SKColor Mix(SKColor from, SKColor to, float share) => new(
        (byte)Math.Round(from.Red + ((to.Red - from.Red) * share)),
        (byte)Math.Round(from.Green + ((to.Green - from.Green) * share)),
        (byte)Math.Round(from.Blue + ((to.Blue - from.Blue) * share)));

    /// <summary>As WCAG defines it, from 1 to 21.</summary>
    public static double Contrast(SKColor one, SKColor other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static SlideTheme Dark(SKColor accent) => Made(
        accent, ground: new(0x0E, 0x13, 0x1B), panel: new(0x19, 0x22, 0x2E), edge: new(0x33, 0x41, 0x52),
        primary: new(0xF3, 0xF6, 0xFA), secondary: new(0xC3, 0xCC, 0xD8), muted: new(0x94, 0xA1, 0xB2));

    private static SlideTheme Light(SKColor accent) => Made(
        accent, ground: new(0xF5, 0xF7, 0xFA), panel: new(0xFF, 0xFF, 0xFF), edge: new(0xCE, 0xD6, 0xE0),
        primary: new(0x12, 0x18, 0x22), secondary: new(0x3C, 0x47, 0x57), muted: new(0x5A, 0x66, 0x77));

    private static SlideTheme Paper(SKColor accent) => Made(
        accent, ground: new(0xF4, 0xEC, 0xDC), panel: new(0xFC, 0xF7, 0xEC), edge: new(0xD8, 0xCB, 0xB2),
        primary: new(0x2B, 0x22, 0x18), secondary: new(0x52, 0x46, 0x37), muted: new(0x6B, 0x5D, 0x4B));

    /// <summary>The accent is the ground, dark enough for white letters; what is lit has the lightest of its tints.</summary>
    private static SlideTheme Vivid(SKColor accent)
    {
        var ground = accent;
        while (Contrast(ground, SKColors.White) < 9)
        {
            ground = Mix(ground, new SKColor(0x0A, 0x08, 0x1C), 0.06f);
        }

        return Made(
            accent, ground, panel: Mix(ground, SKColors.Black, 0.28f), edge: Mix(ground, SKColors.White, 0.28f),
            primary: SKColors.White, secondary: Mix(ground, SKColors.White, 0.84f), muted: Mix(ground, SKColors.White, 0.66f))
            with
        { Accent = new SKColor(0xFF, 0xD1, 0x4D), Lit = Mix(ground, SKColors.White, 0.14f) };
    }

    private static SlideTheme Made(SKColor accent, SKColor ground, SKColor panel, SKColor edge, SKColor primary, SKColor secondary, SKColor muted)
    {
        var isDark = Luminance(ground) < 0.2;
        var field = accent;
        while (Contrast(field, SKColors.White) < MinContrast)
        {
            field = Mix(field, SKColors.Black, 0.08f);
        }

        return new SlideTheme
        {
            Ground = ground,
            Panel = panel,
            PanelEdge = edge,
            Stripe = Mix(panel, ground, 0.6f),
            Lit = Mix(panel, accent, isDark ? 0.22f : 0.14f),
            Primary = primary,
            Secondary = secondary,
            Muted = muted,
            Accent = accent,
            AccentField = field,
            OnAccentField = SKColors.White,
            Good = new(0x2F, 0xB3, 0x63),
            Bad = new(0xE8, 0x4C, 0x4C),
            Warn = new(0xE0, 0x9A, 0x1F),
            CodeText = isDark ? new(0xA5, 0xD6, 0xA0) : new(0x1C, 0x6B, 0x3A),
            CodeNumber = isDark ? new(0xF2, 0xB8, 0x7E) : new(0x96, 0x49, 0x07),
            CodeName = isDark ? new(0x8F, 0xD3, 0xE8) : new(0x0B, 0x5C, 0x86),
            CodeKeyword = Mix(accent, isDark ? SKColors.White : SKColors.Black, 0.15f),
        };
    }

    private static SlideTheme Readable(SlideTheme theme)
    {
        return theme with
        {
            Primary = Move(theme.Primary),
            Secondary = Move(theme.Secondary),
            Muted = Move(theme.Muted),
            Accent = Move(theme.Accent),
            Good = Move(theme.Good),
            Bad = Move(theme.Bad),
            Warn = Move(theme.Warn),
            CodeText = Move(theme.CodeText),
            CodeNumber = Move(theme.CodeNumber),
            CodeName = Move(theme.CodeName),
            CodeKeyword = Move(theme.CodeKeyword),
        };

        SKColor Move(SKColor color)
        {
            var end = theme.IsDark ? SKColors.White : SKColors.Black;
            while (theme.Grounds.Min(ground => Contrast(color, ground)) < MinContrast)
            {
                color = Mix(color, end, 0.08f);
            }

            return color;
        }
    }

    private static double Luminance(SKColor color) => (0.2126 * Linear(color.Red)) + (0.7152 * Linear(color.Green)) + (0.0722 * Linear(color.Blue));

    private static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
}

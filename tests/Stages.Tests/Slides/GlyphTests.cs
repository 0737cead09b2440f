using System.Text;
using SkiaSharp;
using VideoGen.Stages.Slides;

namespace VideoGen.Stages.Tests.Slides;

public sealed class GlyphTests
{
    private static readonly SlideTheme Theme = SlideTheme.Of("#3B82F6");
    private static readonly TextStyle Style = new(Theme.Primary);

    [Theory]
    [InlineData("✅")]
    [InlineData("✔️")]
    [InlineData("✓")]
    [InlineData("☑")]
    [InlineData("❌")]
    [InlineData("✗")]
    [InlineData("✖️")]
    [InlineData("⚠️")]
    [InlineData("☐")]
    public void AMark_IsAShapeOfOurOwn(string mark)
    {
        using var fonts = new SlideFonts();

        var color = mark[0] is '✅' or '✔' or '✓' or '☑' ? Theme.Good : mark[0] is '⚠' ? Theme.Warn : mark[0] is '☐' ? Theme.Secondary : Theme.Bad;
        Assert.Contains(color, Draw(mark, fonts, out var width));
        Assert.InRange(width, 40, 45);
        Assert.Empty(fonts.Missing);
    }

    [Fact]
    public void ACharacterThatNoFontHas_IsNamedWithItsScriptAndThePackage()
    {
        // Linear A is in none of the packages that are looked at; private characters are nobody's.
        using var fonts = new SlideFonts();
        Draw("a\U00010FFFb\uE000", fonts, out _);

        Assert.Contains(new Rune(0x10FFF), fonts.Missing);
        Assert.Equal(
            [
                "No installed font has these characters (Chinese and Japanese): 今 天. Boxes stand in their place. "
                + "Install the package fonts-noto-cjk on every worker, and retry the task from video_generation.",
                "No installed font has these characters (emoji): 🫠. Boxes stand in their place. "
                + "Install the package fonts-noto-color-emoji on every worker, and retry the task from video_generation.",
            ],
            MissingGlyphs.Warnings(MissingGlyphs.Of([new Rune('天'), new Rune('今'), new Rune(0x1FAE0), new Rune(0xE000)])));
    }

    [Theory]
    [InlineData("The quick brown fox — “quoted”, naïve, £9.99, ½ × 3 ≤ 5 → Łódź Đà Nẵng Ελλάδα Привет")]
    public void TextOfEuropeanLanguages_IsDrawnByTheFontThatTravelsWithTheProgram(string text)
    {
        using var fonts = new SlideFonts();
        foreach (var rune in text.EnumerateRunes())
        {
            Assert.Equal("Inter", fonts.TypefaceOf(rune.ToString(), Style).FamilyName);
            Assert.Contains(fonts.TypefaceOf(rune.ToString(), Style with { Mono = true }).FamilyName, new[] { "JetBrains Mono", "Inter" });
        }
    }

    [Fact]
    public void ABracketInTextFromTheRight_IsMirrored()
    {
        using var fonts = new SlideFonts();

        // The same pixels: the opening bracket of a text from the right looks like the closing one of a text from the left.
        Assert.Equal(Draw(")", fonts, out _), Draw("\u200F(", fonts, out _));
        Assert.NotEqual(Draw("(", fonts, out _), Draw("\u200F(", fonts, out _));
    }

    private static SKColor[] Draw(string text, SlideFonts fonts, out float width)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(400, 60, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Theme.Ground);
        width = new TextShaper(fonts, Theme).Draw(canvas, text, Style, 40, 10, 45);
        return bitmap.Pixels;
    }
}

using SkiaSharp;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class ThemeTests
{
    public static TheoryData<string, string> Looks()
    {
        var looks = new TheoryData<string, string>();
        foreach (var theme in ThemeNames.All)
        {
            foreach (var accent in AccentColors.Names.Select(AccentColors.Find).Concat(["#000000", "#FFFFFF", "#0000FF", "#FFFF00", "#808080", "no color"]))
            {
                looks.Add(theme, accent!);
            }
        }

        return looks;
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public void EveryLetterCanBeReadOnEveryGround(string name, string accent)
    {
        var theme = SlideTheme.Of(accent, name);

        foreach (var ground in theme.Grounds)
        {
            Assert.All(theme.Inks, ink => Assert.InRange(SlideTheme.Contrast(ink, ground), 4.5, 21));
        }

        Assert.InRange(SlideTheme.Contrast(theme.OnAccentField, theme.AccentField), 4.5, 21);

        // The figure on a lit card has the colour of a panel, on the accent.
        Assert.InRange(SlideTheme.Contrast(theme.Panel, theme.Accent), 3, 21);
    }

    [Fact]
    public void EveryThemeLooksDifferent() => Assert.Equal(4, ThemeNames.All.Select(name => SlideTheme.Of("#3B82F6", name).Ground).Distinct().Count());

    [Fact]
    public void Contrast_IsThatOfTheStandard()
    {
        Assert.Equal(21, SlideTheme.Contrast(SKColors.Black, SKColors.White), 3);
        Assert.Equal(4.54, SlideTheme.Contrast(new SKColor(0x76, 0x76, 0x76), SKColors.White), 2);
    }
}

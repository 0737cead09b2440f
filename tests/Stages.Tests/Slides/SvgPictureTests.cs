using System.Text;
using SkiaSharp;
using VideoGen.Stages.Slides;

namespace VideoGen.Stages.Tests.Slides;

public sealed class SvgPictureTests
{
    private const string Start = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="20">""";

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://127.0.0.1:9/svg.dtd\">\n")]
    [InlineData("<!-- a plan -->")]
    public void ADrawing_IsDrawnAsLargeAsASlide(string before)
    {
        using var picture = Load(before + Start + "<rect width='20' height='20' fill='#00ff00'/></svg>");

        Assert.NotNull(picture);
        Assert.Equal((1920, 960), (picture.Width, picture.Height));
        using var bitmap = SKBitmap.FromImage(picture);
        Assert.Equal(new SKColor(0, 255, 0), bitmap.GetPixel(400, 400));
        Assert.Equal(0, bitmap.GetPixel(1500, 400).Alpha);
    }

    [Fact]
    public void WhatADrawingAsksForOutsideOfItself_IsNotGiven()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var red = Path.Combine(folder, "red.svg");
        File.WriteAllText(red, Start + "<rect width='40' height='20' fill='#ff0000'/></svg>");
        using var picture = Load(
            Start + $"<image href='file://{red}' width='40' height='20'/><image xlink:href='{red}' width='40' height='20'/><use href='{red}#x'/>"
            + $"<style>@import url(file://{red});</style><rect width='40' height='20' style=\"fill:url('file://{red}#x')\"/><script>x</script></svg>");

        Directory.Delete(folder, recursive: true);
        Assert.NotNull(picture);
        using var bitmap = SKBitmap.FromImage(picture);
        Assert.DoesNotContain(bitmap.Pixels, pixel => pixel is { Red: > 100, Alpha: > 0 });
    }

    [Fact]
    public void ADrawingThatGrowsWithoutBounds_IsRefused()
    {
        var text = new StringBuilder(Start + "<defs><g id='a0'><rect width='1' height='1'/></g>");
        for (var i = 1; i < 30; i++)
        {
            text.Append(null, $"<g id='a{i}'><use href='#a{i - 1}'/><use href='#a{i - 1}'/></g>");
        }

        Assert.Null(Load(text.Append("</defs><use href='#a29'/></svg>").ToString()));
        Assert.Null(Load(Start + "<g id='a'><use href='#a'/></g></svg>"));
        Assert.Null(Load(Start + string.Concat(Enumerable.Repeat("<g>", 2_000)) + string.Concat(Enumerable.Repeat("</g>", 2_000)) + "</svg>"));
        Assert.Null(Load("""<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>""" + Start + "<text>&b;</text></svg>"));
    }

    [Theory]
    [InlineData("not a drawing")]
    [InlineData("<svg")]
    [InlineData("<html><body><p>svg</p></body></html>")]
    public void OtherText_IsNone(string text) => Assert.Null(Load(text));

    [Theory]
    [InlineData("#000000", true)]
    [InlineData("#FFFFFF", false)]
    public void APictureThatCanBeSeenThrough_GetsTheGroundThatItsLinesNeed(string color, bool isLight)
    {
        using var lines = Load(Start + $"<path d='M2 2L38 18' stroke='{color}' stroke-width='2'/></svg>");
        using var full = Load(Start + $"<rect width='40' height='20' fill='{color}'/></svg>");

        var slide = isLight ? new SKColor(0x50, 0x50, 0x50) : new SKColor(0xB0, 0xB0, 0xB0);
        Assert.Equal(isLight ? PictureGround.Light : PictureGround.Dark, PictureGround.Of(lines!, slide) ?? SKColors.Red);
        Assert.Null(PictureGround.Of(lines!, isLight ? SKColors.White : SKColors.Black));
        Assert.Null(PictureGround.Of(full!, slide));
    }

    private static SKImage? Load(string text)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        try
        {
            return PictureLoader.Load(path, 640, 360, out _);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

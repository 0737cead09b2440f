using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Chooses what stands behind a picture that can be seen through: dark lines need a light ground, and light ones a dark ground.</summary>
internal static class PictureGround
{
    public static readonly SKColor Light = new(0xFA, 0xFB, 0xFC);
    public static readonly SKColor Dark = new(0x16, 0x1C, 0x26);

    /// <summary>The side of the small copy that is looked at.</summary>
    private const int Side = 64;

    /// <summary>A picture of which less than this share can be seen through fills its own ground.</summary>
    private const double MinClear = 0.02;

    /// <summary>Null where the picture covers what is behind it, or stands well on the slide.</summary>
    public static SKColor? Of(SKImage picture, SKColor slide)
    {
        if (picture.AlphaType == SKAlphaType.Opaque)
        {
            return null;
        }

        var info = new SKImageInfo(Side, Side, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        using var small = new SKBitmap(info);
        using var pixels = small.PeekPixels();
        if (!picture.ScalePixels(pixels, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
        {
            return Light;
        }

        var (clear, weight, onSlide, onLight, onDark) = (0, 0.0, 0.0, 0.0, 0.0);
        foreach (var color in small.Pixels)
        {
            clear += color.Alpha < 250 ? 1 : 0;
            var share = color.Alpha / 255.0;
            weight += share;
            onSlide += share * SlideTheme.Contrast(color.WithAlpha(255), slide);
            onLight += share * SlideTheme.Contrast(color.WithAlpha(255), Light);
            onDark += share * SlideTheme.Contrast(color.WithAlpha(255), Dark);
        }

        return clear < MinClear * Side * Side || weight == 0 || onSlide / weight >= SlideTheme.MinContrast ? null : onLight >= onDark ? Light : Dark;
    }
}

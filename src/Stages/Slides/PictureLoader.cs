using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Reads pictures of documents within bounds: what would take too much memory is refused before it is decoded.</summary>
internal static class PictureLoader
{
    /// <summary>The most pixels of a picture that is read at all.</summary>
    private const long MaxPixels = 100_000_000;

    /// <summary>The most pixels that are decoded and held at once.</summary>
    private const long MaxDecodedPixels = 36_000_000;

    /// <summary>The picture, no larger than needed for a slide of the given size.</summary>
    /// <param name="path">A file.</param>
    /// <param name="width">Pixels of the slide.</param>
    /// <param name="height">Pixels of the slide.</param>
    /// <param name="problem">Why there is no picture, to complete "The picture ...".</param>
    public static SKImage? Load(string path, int width, int height, out string problem)
    {
        problem = "can't be read; it is not a PNG, JPEG, GIF, WebP, BMP, ICO or SVG file, or it is damaged";
        if (SvgPicture.Load(path, width, height) is { } drawing)
        {
            return drawing;
        }

        using var codec = SKCodec.Create(path);
        if (codec is null || codec.Info.Width < 1 || codec.Info.Height < 1)
        {
            return null;
        }

        var pixels = (long)codec.Info.Width * codec.Info.Height;
        var scale = Math.Min(1, Math.Max(width / (float)codec.Info.Width, height / (float)codec.Info.Height));
        var decoded = codec.GetScaledDimensions(scale);
        if (pixels > MaxPixels || (long)decoded.Width * decoded.Height > MaxDecodedPixels)
        {
            problem = $"has {codec.Info.Width}×{codec.Info.Height} pixels, which is too many; make it smaller than 6000×6000";
            return null;
        }

        using var bitmap = new SKBitmap(new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not (SKCodecResult.Success or SKCodecResult.IncompleteInput))
        {
            return null;
        }

        return Upright(bitmap, codec.EncodedOrigin, Math.Min(1, Math.Min(width * 1.2f / decoded.Width, height * 1.2f / decoded.Height)));
    }

    /// <summary>Turns a picture upright: cameras store which way they were held.</summary>
    private static SKImage Upright(SKBitmap bitmap, SKEncodedOrigin origin, float scale)
    {
        var (quarterTurns, mirrored) = origin switch
        {
            SKEncodedOrigin.TopRight => (0, true),
            SKEncodedOrigin.BottomRight => (2, false),
            SKEncodedOrigin.BottomLeft => (2, true),
            SKEncodedOrigin.LeftTop => (1, true),
            SKEncodedOrigin.RightTop => (1, false),
            SKEncodedOrigin.RightBottom => (3, true),
            SKEncodedOrigin.LeftBottom => (3, false),
            _ => (0, false),
        };
        var (width, height) = (Math.Max(1, (int)(bitmap.Width * scale)), Math.Max(1, (int)(bitmap.Height * scale)));
        var turned = quarterTurns % 2 == 1;
        using var surface = SKSurface.Create(new SKImageInfo(turned ? height : width, turned ? width : height, SKColorType.Bgra8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Translate(surface.Canvas.DeviceClipBounds.Width / 2f, surface.Canvas.DeviceClipBounds.Height / 2f);
        canvas.RotateDegrees(90 * quarterTurns);
        canvas.Scale(mirrored ? -1 : 1, 1);
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(
            image, new SKRect(-width / 2f, -height / 2f, width / 2f, height / 2f), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return surface.Snapshot();
    }
}

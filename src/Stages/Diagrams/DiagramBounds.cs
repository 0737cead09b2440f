using SkiaSharp;

namespace VideoGen.Stages.Diagrams;

/// <summary>Cuts the white edges off a drawn page.</summary>
internal static class DiagramBounds
{
    private const int Edge = 24;

    /// <summary>The path of the picture that is left; null where nothing was drawn.</summary>
    public static string? Crop(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        if (bitmap is null)
        {
            return null;
        }

        var (left, top, right, bottom) = (bitmap.Width, bitmap.Height, -1, -1);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                if (bitmap.GetPixel(x, y) is not { Red: 255, Green: 255, Blue: 255 })
                {
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
                }
            }
        }

        if (right < 0)
        {
            return null;
        }

        var area = new SKRectI(
            Math.Max(0, left - Edge), Math.Max(0, top - Edge), Math.Min(bitmap.Width, right + 1 + Edge), Math.Min(bitmap.Height, bottom + 1 + Edge));
        using var image = SKImage.FromBitmap(bitmap);
        using var part = image.Subset(area);
        using var png = part.Encode(SKEncodedImageFormat.Png, 100);
        var cropped = Path.ChangeExtension(path, ".cropped.png");
        using var file = File.Create(cropped);
        png.SaveTo(file);
        return cropped;
    }
}

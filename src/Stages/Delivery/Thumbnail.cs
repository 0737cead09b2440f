using SkiaSharp;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>The still picture that stands for the video: its title, as on the first slide.</summary>
internal static class Thumbnail
{
    private const int Width = 1280;
    private const int Height = 720;

    public static void Write(string path, Scene first, VideoConfig config)
    {
        using var fonts = new SlideFonts(config.Language);
        var theme = SlideTheme.Of(config.AccentColor, config.Theme);
        var sheet = new SlideSheet(Width, Height, theme, new TextShaper(fonts, theme));
        var cover = first.Kind == SceneKind.Title ? first : new Scene { Id = first.Id, Kind = SceneKind.Title, Title = config.Title, Chapter = config.Title };
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        surface.Canvas.Scale(sheet.Scale);
        surface.Canvas.Clear(theme.Ground);
        foreach (var layer in CoverSlide.Layers(sheet, cover, config.Author))
        {
            layer.Draw(surface.Canvas);
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }
}

using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A picture as large as it fits, with its caption. Without a picture, the caption takes its place.</summary>
internal static class PictureSlide
{
    /// <summary>Small pictures are not blown up past this.</summary>
    private const float MaxEnlargement = 2;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKImage? picture, SKRect box)
    {
        var texts = new[] { scene.Subtitle ?? "" }.Concat(scene.Lines);
        if (picture is null)
        {
            var text = TextBlock.Fit(sheet.Shaper, texts, new TextStyle(SlideTheme.Secondary), box.Size, (44, 24), gap: 0.6f);
            return [new SlideLayer(canvas => text.Draw(canvas, box.Left, box.Top))];
        }

        var caption = TextBlock.Fit(sheet.Shaper, texts, new TextStyle(SlideTheme.Secondary), new SKSize(box.Width, 84), (28, 24), maxLines: 2);
        var room = box.Height - (caption.Height > 0 ? caption.Height + 24 : 0);
        var scale = Math.Min(Math.Min(box.Width / picture.Width, room / picture.Height), MaxEnlargement / sheet.Scale);
        var (width, height) = (picture.Width * scale, picture.Height * scale);
        var left = box.MidX - (width / 2);
        var top = box.Top + ((room - height) / 2);
        var target = new SKRect(left, top, left + width, top + height);
        return
        [
            new SlideLayer(canvas =>
            {
                canvas.Save();
                using var frame = new SKRoundRect(target, 14);
                canvas.ClipRoundRect(frame, SKClipOperation.Intersect, antialias: true);
                canvas.DrawImage(picture, target, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
                canvas.Restore();
                SlideSheet.StrokeRounded(canvas, target, 14, SlideTheme.PanelEdge, 2);
            }),
            new SlideLayer(canvas => caption.Draw(canvas, box.Left, target.Bottom + 24, TextAlign.Center)),
        ];
    }
}

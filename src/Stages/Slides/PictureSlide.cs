using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// A picture as large as it fits, with its caption: under it, or beside it where the picture is tall and the slide is not. Without a picture, the caption
/// takes its place.
/// </summary>
internal static class PictureSlide
{
    /// <summary>Small pictures are not blown up past this.</summary>
    private const float MaxEnlargement = 3;

    private const float Gap = 28;
    private const float Radius = 16;

    /// <summary>Width against height, below which the caption stands beside a picture.</summary>
    private const float TallPicture = 1.15f;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKImage? picture, SKRect box)
    {
        var texts = new[] { scene.Subtitle ?? "" }.Concat(scene.Lines).ToList();
        var style = new TextStyle(sheet.Theme.Secondary, LineHeight: 1.36f);
        if (picture is null)
        {
            var text = TextBlock.Fit(sheet.Shaper, texts, style, box.Size, (48, SlideSheet.SmallestReading), gap: 0.6f, balanced: true);
            return [new SlideLayer(canvas => text.Draw(canvas, box.Left, SlideSheet.TopIn(box, text.Height)))];
        }

        var hasText = texts.Exists(text => !string.IsNullOrWhiteSpace(text));
        var isBeside = hasText && sheet.Shape == SlideShape.Wide && picture.Width < picture.Height * TallPicture;
        var room = isBeside ? box with { Right = box.Left + (box.Width * 0.56f) } : box;
        var captionBox = isBeside ? box with { Left = room.Right + (2 * Gap) } : box;
        var caption = TextBlock.Fit(
            sheet.Shaper, texts, style, new SKSize(captionBox.Width, isBeside ? box.Height : box.Height * 0.24f),
            (isBeside ? 40 : 34, SlideSheet.SmallestReading), gap: 0.4f, maxLines: isBeside ? 8 : 4, balanced: true);
        room.Bottom -= !isBeside && caption.Height > 0 ? caption.Height + Gap : 0;
        var target = Place(sheet, picture, room);
        return
        [
            new SlideLayer(canvas => Draw(canvas, sheet, picture, target)),
            new SlideLayer(canvas =>
            {
                if (isBeside)
                {
                    caption.Draw(canvas, captionBox.Left, SlideSheet.TopIn(box, caption.Height));
                }
                else
                {
                    caption.Draw(canvas, box.Left, target.Bottom + Gap, TextAlign.Center);
                }
            }),
        ];
    }

    private static SKRect Place(SlideSheet sheet, SKImage picture, SKRect room)
    {
        var scale = Math.Min(Math.Min(room.Width / picture.Width, room.Height / picture.Height), MaxEnlargement / Math.Min(1, sheet.Scale));
        var (width, height) = (picture.Width * scale, picture.Height * scale);
        var (left, top) = (room.MidX - (width / 2), room.Top + ((room.Height - height) / 2));
        return new SKRect(left, top, left + width, top + height);
    }

    private static void Draw(SKCanvas canvas, SlideSheet sheet, SKImage picture, SKRect target)
    {
        canvas.Save();
        using var frame = new SKRoundRect(target, Radius);
        canvas.ClipRoundRect(frame, SKClipOperation.Intersect, antialias: true);
        if (PictureGround.Of(picture, sheet.Theme.Ground) is { } ground)
        {
            canvas.Clear(ground);
        }

        canvas.DrawImage(picture, target, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Restore();
        SlideSheet.StrokeRounded(canvas, target, Radius, sheet.Theme.PanelEdge, 2);
    }
}

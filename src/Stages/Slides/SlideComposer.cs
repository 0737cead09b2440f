using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Makes the slide of a scene.</summary>
/// <param name="sheet">What it is drawn on.</param>
/// <param name="config">What all scenes share.</param>
/// <param name="position">The number of the scene, from 0, and how many there are.</param>
internal sealed class SlideComposer(SlideSheet sheet, VideoConfig config, (int Index, int Count) position)
{
    /// <param name="scene">What to show.</param>
    /// <param name="picture">The picture of an image scene; null where there is none that can be shown.</param>
    public Slide Compose(Scene scene, SKImage? picture)
    {
        var layers = scene.Kind switch
        {
            SceneKind.Title => CoverSlide.Layers(sheet, scene, config.Author),
            SceneKind.Closing => CoverSlide.Layers(sheet, scene, author: null),
            SceneKind.Quote => QuoteSlide.Layers(sheet, scene),
            _ => WithHead(scene, picture),
        };
        return new Slide(
            canvas => sheet.DrawGround(canvas, config.Title, position.Index, position.Count),
            canvas => sheet.DrawGround(canvas, config.Title, position.Index + 1, position.Count),
            layers.SetItem(0, new SlideLayer(canvas =>
            {
                sheet.DrawGround(canvas, config.Title, position.Index + 1, position.Count);
                layers[0].Draw(canvas);
            })));
    }

    private ImmutableArray<SlideLayer> WithHead(Scene scene, SKImage? picture)
    {
        var head = new SlideHead(sheet, scene.Chapter == config.Title ? null : scene.Chapter, scene.Title);
        var box = sheet.Body with { Top = head.Bottom };
        var body = scene.Kind switch
        {
            SceneKind.List => ListSlide.Layers(sheet, scene, box),
            SceneKind.Code => CodeSlide.Layers(sheet, scene, box),
            SceneKind.Table => TableSlide.Layers(sheet, scene, box),
            SceneKind.Image => PictureSlide.Layers(sheet, scene, picture, box),
            _ => ParagraphSlide.Layers(sheet, scene, box),
        };
        return [new SlideLayer(head.Draw), .. body];
    }
}

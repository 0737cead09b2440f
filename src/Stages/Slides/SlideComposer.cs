using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Makes the slide of a scene.</summary>
/// <param name="sheet">What it is drawn on.</param>
/// <param name="config">What all scenes share.</param>
/// <param name="place">Where the scene stands in the video.</param>
internal sealed class SlideComposer(SlideSheet sheet, VideoConfig config, ScenePlace place)
{
    private const float LeadGap = 28;

    /// <summary>What edges and letters may lean out of the body.</summary>
    private const float ClipMargin = 8;

    /// <param name="scene">What to show.</param>
    /// <param name="picture">The picture of an image scene; null where there is none that can be shown.</param>
    /// <param name="timing">When each word is heard; null where nothing is said.</param>
    public Slide Compose(Scene scene, SKImage? picture, VoiceTiming? timing = null) => scene.Kind switch
    {
        SceneKind.Title => Whole(CoverSlide.Layers(sheet, scene, config.Author)),
        SceneKind.Closing => Whole(ClosingSlide.Layers(sheet, scene)),
        _ => WithHead(ShownAddresses.Shorten(scene), picture, timing),
    };

    /// <summary>The room under the head of a slide, and under the words that lead to what it shows.</summary>
    public static SKRect BodyOf(SlideSheet sheet, VideoConfig config, Scene scene)
    {
        var box = sheet.Body with { Top = HeadOf(sheet, config, scene).Bottom };
        return LeadOf(sheet, scene, box) is { } lead ? box with { Top = box.Top + lead.Height + LeadGap } : box;
    }

    private static SlideHead HeadOf(SlideSheet sheet, VideoConfig config, Scene scene) =>
        new(sheet, scene.Chapter == config.Title ? null : scene.Chapter, scene.Title);

    private static TextBlock? LeadOf(SlideSheet sheet, Scene scene, SKRect box) =>
        string.IsNullOrWhiteSpace(scene.Lead) ? null
        : TextBlock.Fit(
            sheet.Shaper, [scene.Lead], new TextStyle(sheet.Theme.Secondary, LineHeight: 1.3f), new SKSize(box.Width, 150),
            (38, SlideSheet.SmallestReading), maxLines: 3);

    private Slide Whole(ImmutableArray<SlideLayer> layers) =>
        new(canvas => DrawGround(canvas, place.Index), canvas => DrawGround(canvas, place.Index + 1), OnGround(layers));

    /// <summary>What has the same head as the scene before or after it keeps that head on the screen between them.</summary>
    private Slide WithHead(Scene scene, SKImage? picture, VoiceTiming? timing)
    {
        var head = HeadOf(sheet, config, scene);
        var box = BodyOf(sheet, config, scene);
        var lead = LeadOf(sheet, scene, box);
        var body = scene.Kind switch
        {
            SceneKind.Text when scene.Points is { Length: > 0 } => PointSlide.Layers(sheet, scene, box),
            SceneKind.List => ListSlide.Layers(sheet, scene, box),
            SceneKind.Code => CodeSlide.Layers(sheet, scene, box),
            SceneKind.Table => TableSlide.Layers(sheet, scene, config.Language, timing, box),
            SceneKind.Quote => QuoteSlide.Layers(sheet, scene, box),
            SceneKind.Image => PictureSlide.Layers(sheet, scene, picture, box),
            _ => ParagraphSlide.Layers(sheet, scene, box),
        };
        return new Slide(
            canvas => DrawGround(canvas, place.Index, place.KeepsHead ? head : null),
            canvas => DrawGround(canvas, place.Index + 1, place.LeavesHead ? head : null),
            OnGround([new SlideLayer(canvas =>
            {
                head.Draw(canvas);
                lead?.Draw(canvas, sheet.Margin, head.Bottom);
            }), .. body.Select(Clipped)]));
    }

    /// <summary>Whatever a document holds, nothing reaches into the head or the foot.</summary>
    private SlideLayer Clipped(SlideLayer layer) => layer with
    {
        Draw = canvas =>
        {
            canvas.Save();
            canvas.ClipRect(SKRect.Inflate(sheet.Body, ClipMargin, ClipMargin));
            layer.Draw(canvas);
            canvas.Restore();
        },
    };

    private ImmutableArray<SlideLayer> OnGround(ImmutableArray<SlideLayer> layers) =>
        layers.SetItem(0, new SlideLayer(canvas =>
        {
            DrawGround(canvas, place.Index + 1);
            layers[0].Draw(canvas);
        }));

    private void DrawGround(SKCanvas canvas, int scene, SlideHead? head = null)
    {
        sheet.DrawGround(canvas, config.Title, scene, place.Count);
        head?.Draw(canvas);
    }
}

/// <summary>Where a scene stands in the video.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">How many scenes there are.</param>
/// <param name="KeepsHead">Whether the scene before it has the same head.</param>
/// <param name="LeavesHead">Whether the scene after it has the same head.</param>
internal sealed record ScenePlace(int Index, int Count, bool KeepsHead = false, bool LeavesHead = false)
{
    public static ScenePlace Of(ImmutableArray<Scene> scenes, int index) => new(
        index, scenes.Length, index > 0 && SameHead(scenes[index - 1], scenes[index]), index + 1 < scenes.Length && SameHead(scenes[index], scenes[index + 1]));

    private static bool SameHead(Scene one, Scene other) =>
        one.Title == other.Title && one.Chapter == other.Chapter && !IsWhole(one.Kind) && !IsWhole(other.Kind);

    private static bool IsWhole(SceneKind kind) => kind is SceneKind.Title or SceneKind.Closing;
}

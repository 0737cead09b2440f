using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Draws and encodes the picture of one scene: <c>clip.mp4</c>, which lasts as long as its voice.</summary>
internal sealed class VideoGenerationStage(ClipEncoder encoder, MediaToolRunner tools) : IStage
{
    public string Kind => DocumentVideoPipeline.VideoGeneration;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => tools.MissingAsync(MediaTool.Ffmpeg);

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var (scene, index) = context.SceneOf(scenes);
        var voice = $"{DocumentVideoPipeline.AudioGeneration}:{scene.Id}";
        var timing = await context.ReadJsonAsync(voice, ArtifactNames.Timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.02, "Drawing the slide", cancellationToken).ConfigureAwait(false);
        var warnings = ImmutableArray.CreateBuilder<string>();
        using var picture = await LoadPictureAsync(context, scene, config, warnings, cancellationToken).ConfigureAwait(false);
        using var fonts = new SlideFonts();
        var sheet = new SlideSheet(config.Width, config.Height, SlideTheme.Of(config.AccentColor), new TextShaper(fonts));
        var slide = new SlideComposer(sheet, config, (index, scenes.Scenes.Length)).Compose(scene, picture);
        var plan = FramePlan.Of(slide, timing, config.FrameRate);

        await encoder.EncodeAsync(
            plan,
            (config.Width, config.Height),
            config.FrameRate,
            (stream, token) => WritePicturesAsync(context, slide, sheet, config, plan, stream, token),
            context.WorkingDirectory,
            ArtifactNames.Clip,
            $"Encoding {scene.Id}",
            cancellationToken).ConfigureAwait(false);
        var clip = await context.SaveArtifactAsync(
            ArtifactNames.Clip, Path.Combine(context.WorkingDirectory, ArtifactNames.Clip), "video/mp4", cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(1, $"Encoded {plan.FrameCount} frames", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = [clip], Warnings = warnings.ToImmutable() };
    }

    private static async Task WritePicturesAsync(
        StageContext context, Slide slide, SlideSheet sheet, VideoConfig config, FramePlan plan, Stream stream, CancellationToken cancellationToken)
    {
        var (written, shown) = (0, 0);
        await new SlideReel(slide, sheet, config.Width, config.Height).DrawAsync(
            plan,
            async data =>
            {
                await stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
                shown += plan.Pictures[written++].Frames;
                await context.ReportProgressAsync(
                    0.02 + (0.93 * shown / plan.FrameCount), $"Encoding frame {shown} of {plan.FrameCount}", cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SKImage?> LoadPictureAsync(
        StageContext context, Scene scene, VideoConfig config, ImmutableArray<string>.Builder warnings, CancellationToken cancellationToken)
    {
        if (scene is not { Kind: SceneKind.Image, Image: { } name })
        {
            return null;
        }

        var path = await context.OpenArtifactAsync(DocumentVideoPipeline.ContentParsing, name, cancellationToken).ConfigureAwait(false);
        var picture = PictureLoader.Load(path, config.Width, config.Height, out var problem);
        if (picture is null)
        {
            warnings.Add($"The picture {name} of {scene.Id} {problem}. Its caption is shown in its place.");
        }

        return picture;
    }
}

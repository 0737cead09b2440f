using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SkiaSharp;
using VideoGen.Client.Stages;
using VideoGen.Stages.Captions;
using VideoGen.Stages.Media;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Draws and encodes one scene: <c>clip.mp4</c>, which lasts as long as its voice and has it as its sound; beside it that sound as the film has it, and its
/// captions.
/// </summary>
internal sealed class VideoGenerationStage(ClipEncoder encoder, MediaToolRunner tools) : IReusableStage
{
    private const string SoundLink = "sound.wav";

    private static readonly JsonTypeInfo<SlideWork> Json = VideoJson.Of<SlideWork>();

    public string Kind => DocumentVideoPipeline.VideoGeneration;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => tools.MissingAsync(MediaTool.Ffmpeg);

    public string Version => BuildVersion.Text;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        var inputs = await ChooseAsync(context, cancellationToken).ConfigureAwait(false);
        return await ExecuteAsync(new StageDesk(context, inputs), cancellationToken).ConfigureAwait(false);
    }

    public async Task<StageInputs?> ChooseInputsAsync(StageContext context, CancellationToken cancellationToken) =>
        await ChooseAsync(context, cancellationToken).ConfigureAwait(false);

    public async Task<StageResult> ExecuteAsync(StageDesk desk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desk);
        var (config, scene, place, timing) = desk.Parameters.Deserialize(Json)!;
        await desk.ReportProgressAsync(0.02, "Drawing the slide", cancellationToken).ConfigureAwait(false);
        var warnings = ImmutableArray.CreateBuilder<string>();
        using var picture = await LoadPictureAsync(desk, scene, config, warnings, cancellationToken).ConfigureAwait(false);
        using var fonts = new SlideFonts(config.Language);
        var theme = SlideTheme.Of(config.AccentColor, config.Theme);
        var shaper = new TextShaper(fonts, theme);
        var sheet = new SlideSheet(config.Width, config.Height, theme, shaper);
        var slide = new SlideComposer(sheet, config, place).Compose(scene, picture, timing);
        var plan = FramePlan.Of(slide, timing, config.FrameRate).CutEvery(ClipEncoder.KeyFrameInterval * config.FrameRate);

        await encoder.EncodeAsync(
            plan,
            (config.Width, config.Height),
            config.FrameRate,
            (stream, token) => WritePicturesAsync(desk, slide, sheet, config, plan, stream, token),
            await LinkVoiceAsync(desk, cancellationToken).ConfigureAwait(false),
            desk.WorkingDirectory,
            ArtifactNames.Clip,
            $"Encoding {scene.Id}",
            cancellationToken).ConfigureAwait(false);
        var missing = MissingGlyphs.Of(fonts.Missing);
        warnings.AddRange(MissingGlyphs.Warnings(missing));
        warnings.AddRange(shaper.Cuts.Select(text =>
            $"{scene.Id} has no room for all of \"{TextWidth.Cut(text, 60)}\": the end of it is not shown. A shorter text has room."));
        var clip = await desk.SaveArtifactAsync(
            ArtifactNames.Clip, Path.Combine(desk.WorkingDirectory, ArtifactNames.Clip), "video/mp4", cancellationToken).ConfigureAwait(false);
        var sound = await desk.SaveArtifactAsync(
            ArtifactNames.Sound, Path.Combine(desk.WorkingDirectory, ArtifactNames.Sound), "audio/aac", cancellationToken).ConfigureAwait(false);
        var artifacts = ImmutableArray.Create(clip, sound);
        if (Caption.Of(timing, 0, plan.FrameCount, config.FrameRate).ToList() is { Count: > 0 } captions)
        {
            artifacts = artifacts.Add(await SaveCaptionsAsync(desk, captions, cancellationToken).ConfigureAwait(false));
        }

        if (!missing.IsEmpty)
        {
            artifacts = artifacts.Add(
                await desk.SaveJsonAsync(ArtifactNames.MissingCharacters, missing, VideoJson.Texts, cancellationToken).ConfigureAwait(false));
        }

        await desk.ReportProgressAsync(1, $"Encoded {plan.FrameCount} frames", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = artifacts, Warnings = warnings.ToImmutable() };
    }

    private static async Task<Artifact> SaveCaptionsAsync(StageDesk desk, List<Caption> captions, CancellationToken cancellationToken)
    {
        var path = Path.Combine(desk.WorkingDirectory, ArtifactNames.ClipCaptions);
        await File.WriteAllTextAsync(path, CaptionFiles.ToWebVtt(captions), cancellationToken).ConfigureAwait(false);
        return await desk.SaveArtifactAsync(ArtifactNames.ClipCaptions, path, "text/vtt", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<StageInputs> ChooseAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var (scene, index) = context.SceneOf(scenes);
        var unit = SceneUnit.Of(context.Unit);
        if (unit.Language is not null)
        {
            var translated = await context.ReadTranslationAsync(unit, cancellationToken).ConfigureAwait(false);
            (scene, config) = (translated.Scene, translated.In(config));
        }

        var voice = unit.StageOf(DocumentVideoPipeline.AudioGeneration);
        var timing = await context.ReadJsonAsync(voice, ArtifactNames.Timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false);
        var work = JsonSerializer.SerializeToElement(new SlideWork(config, scene, ScenePlace.Of(scenes.Scenes, index), timing), Json);
        var files = new List<KeyValuePair<string, Artifact>>();
        if (context.FindArtifact(voice, ArtifactNames.Voice) is { } sound)
        {
            files.Add(KeyValuePair.Create(ArtifactNames.Voice, sound));
        }

        if (PictureOf(scene) is { } name)
        {
            await context.OpenArtifactAsync(DocumentVideoPipeline.ContentParsing, name, cancellationToken).ConfigureAwait(false);
            files.Add(KeyValuePair.Create(name, context.FindArtifact(DocumentVideoPipeline.ContentParsing, name)!));
        }

        return new StageInputs(work, files);
    }

    /// <summary>The voice under a plain name, so that no character of the store's own path has to be escaped; null where there is none.</summary>
    private static async Task<string?> LinkVoiceAsync(StageDesk desk, CancellationToken cancellationToken)
    {
        if (!desk.HasFile(ArtifactNames.Voice))
        {
            return null;
        }

        var link = Path.Combine(desk.WorkingDirectory, SoundLink);
        File.Delete(link);
        File.CreateSymbolicLink(link, await desk.OpenFileAsync(ArtifactNames.Voice, cancellationToken).ConfigureAwait(false));
        return SoundLink;
    }

    private static string? PictureOf(Scene scene) => scene.Kind == SceneKind.Image ? scene.Image : null;

    private static async Task WritePicturesAsync(
        StageDesk desk, Slide slide, SlideSheet sheet, VideoConfig config, FramePlan plan, Stream stream, CancellationToken cancellationToken)
    {
        var (written, shown) = (0, 0);
        await new SlideReel(slide, sheet, config.Width, config.Height).DrawAsync(
            plan,
            async data =>
            {
                await stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
                shown += plan.Pictures[written++].Frames;
                await desk.ReportProgressAsync(
                    0.02 + (0.93 * shown / plan.FrameCount), $"Encoding frame {shown} of {plan.FrameCount}", cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SKImage?> LoadPictureAsync(
        StageDesk desk, Scene scene, VideoConfig config, ImmutableArray<string>.Builder warnings, CancellationToken cancellationToken)
    {
        if (PictureOf(scene) is not { } name)
        {
            return null;
        }

        var path = await desk.OpenFileAsync(name, cancellationToken).ConfigureAwait(false);
        var picture = PictureLoader.Load(path, config.Width, config.Height, out var problem);
        if (picture is null)
        {
            warnings.Add($"The picture {name} of {scene.Id} {problem}. Its caption is shown in its place.");
        }

        return picture;
    }

    /// <summary>All that a clip is made from, besides its picture: its looks, what it shows, its place in the video, when each sentence is heard.</summary>
    private sealed record SlideWork(VideoConfig Config, Scene Scene, ScenePlace Place, VoiceTiming Timing);
}

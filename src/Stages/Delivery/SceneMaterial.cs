using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Captions;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;
using VideoGen.Tasks;

namespace VideoGen.Stages.Delivery;

/// <summary>All that was made of one scene, and its place in the video.</summary>
/// <param name="Scene">What it shows.</param>
/// <param name="Timing">When its sentences are heard.</param>
/// <param name="ClipPath">The local file of its picture.</param>
/// <param name="SoundPath">The local file of its sound, as the film has it; null where a worker of a former version drew the clip.</param>
/// <param name="VoicePath">The local file of its voice, where there is no such sound.</param>
/// <param name="FirstFrame">The number of its first frame in the video, from 0.</param>
/// <param name="FrameCount">How many frames it has.</param>
internal sealed record SceneMaterial(
    Scene Scene, VoiceTiming Timing, string ClipPath, string? SoundPath, string? VoicePath, int FirstFrame, int FrameCount)
{
    /// <param name="context">Of the stage that joins them.</param>
    /// <param name="scenes">In the document's own language.</param>
    /// <param name="headings">Of the film in another language; null for the one in the document's own.</param>
    /// <param name="config">What all scenes share.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="StageFailedException">A scene lacks its clip or its voice; the message names it.</exception>
    public static async Task<ImmutableArray<SceneMaterial>> CollectAsync(
        StageContext context, SceneList scenes, Headings? headings, VideoConfig config, CancellationToken cancellationToken)
    {
        if (scenes.Scenes.IsEmpty)
        {
            throw new StageFailedException("scene.none", "The document has no scenes, so that there is nothing to make a video of.");
        }

        var materials = ImmutableArray.CreateBuilder<SceneMaterial>(scenes.Scenes.Length);
        var frame = 0;
        foreach (var scene in scenes.Scenes)
        {
            var unit = new SceneUnit(scene.Id, headings?.Language);
            var audio = unit.StageOf(DocumentVideoPipeline.AudioGeneration);
            var video = unit.StageOf(DocumentVideoPipeline.VideoGeneration);
            Require(context, scene, audio, ArtifactNames.Timing);
            Require(context, scene, audio, ArtifactNames.Voice);
            Require(context, scene, video, ArtifactNames.Clip);
            var timing = await context.ReadJsonAsync(audio, ArtifactNames.Timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false);
            var hasSound = context.FindArtifact(video, ArtifactNames.Sound) is not null;
            var frames = FramePlan.FramesFor(timing.Duration, config.FrameRate);
            materials.Add(new SceneMaterial(
                headings is null ? scene : await TranslatedAsync(context, unit, scene, headings, cancellationToken).ConfigureAwait(false),
                timing,
                await context.OpenArtifactAsync(video, ArtifactNames.Clip, cancellationToken).ConfigureAwait(false),
                hasSound ? await context.OpenArtifactAsync(video, ArtifactNames.Sound, cancellationToken).ConfigureAwait(false) : null,
                hasSound ? null : await context.OpenArtifactAsync(audio, ArtifactNames.Voice, cancellationToken).ConfigureAwait(false),
                frame,
                frames));
            frame += frames;
        }

        return materials.ToImmutable();
    }

    /// <summary>The captions of a film, from its beginning.</summary>
    public static ImmutableArray<Caption> CaptionsOf(IEnumerable<SceneMaterial> materials, int frameRate) =>
        [.. materials.SelectMany(material => Caption.Of(material.Timing, material.FirstFrame, material.FrameCount, frameRate))];

    /// <summary>A scene that stays as it was is a part of its chapter all the same.</summary>
    private static async Task<Scene> TranslatedAsync(
        StageContext context, SceneUnit unit, Scene scene, Headings headings, CancellationToken cancellationToken) =>
        (await context.ReadTranslationAsync(unit, cancellationToken).ConfigureAwait(false)).Scene with { Chapter = headings.Of(scene.Chapter) };

    /// <summary>The characters for which boxes stand in one or more scenes.</summary>
    public static async Task<ImmutableArray<string>> MissingCharactersAsync(
        StageContext context, SceneList scenes, string? language, CancellationToken cancellationToken)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var scene in scenes.Scenes)
        {
            var video = new SceneUnit(scene.Id, language).StageOf(DocumentVideoPipeline.VideoGeneration);
            if (context.FindArtifact(video, ArtifactNames.MissingCharacters) is not null)
            {
                missing.UnionWith(
                    await context.ReadJsonAsync(video, ArtifactNames.MissingCharacters, VideoJson.Texts, cancellationToken).ConfigureAwait(false));
            }
        }

        return [.. missing];
    }

    private static void Require(StageContext context, Scene scene, StageName stage, string name)
    {
        if (context.FindArtifact(stage, name) is null)
        {
            throw new StageFailedException(
                "scene.incomplete",
                $"{scene.Id} ({scene.Title}) has no {name}, because {stage} did not complete. Retry the task: the stages that completed keep what they made.");
        }
    }
}

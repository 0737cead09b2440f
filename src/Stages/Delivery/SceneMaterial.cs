using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;
using VideoGen.Tasks;

namespace VideoGen.Stages.Delivery;

/// <summary>All that was made of one scene, and its place in the video.</summary>
/// <param name="Scene">What it shows.</param>
/// <param name="Timing">When its sentences are heard.</param>
/// <param name="ClipPath">The local file of its picture.</param>
/// <param name="VoicePath">The local file of its voice.</param>
/// <param name="FirstFrame">The number of its first frame in the video, from 0.</param>
/// <param name="FrameCount">How many frames it has.</param>
internal sealed record SceneMaterial(Scene Scene, VoiceTiming Timing, string ClipPath, string VoicePath, int FirstFrame, int FrameCount)
{
    /// <exception cref="StageFailedException">A scene lacks its clip or its voice; the message names it.</exception>
    public static async Task<ImmutableArray<SceneMaterial>> CollectAsync(
        StageContext context, SceneList scenes, VideoConfig config, CancellationToken cancellationToken)
    {
        if (scenes.Scenes.IsEmpty)
        {
            throw new StageFailedException("scene.none", "The document has no scenes, so that there is nothing to make a video of.");
        }

        var materials = ImmutableArray.CreateBuilder<SceneMaterial>(scenes.Scenes.Length);
        var frame = 0;
        foreach (var scene in scenes.Scenes)
        {
            StageName audio = $"{DocumentVideoPipeline.AudioGeneration}:{scene.Id}";
            StageName video = $"{DocumentVideoPipeline.VideoGeneration}:{scene.Id}";
            Require(context, scene, audio, ArtifactNames.Timing);
            Require(context, scene, audio, ArtifactNames.Voice);
            Require(context, scene, video, ArtifactNames.Clip);
            var timing = await context.ReadJsonAsync(audio, ArtifactNames.Timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false);
            var frames = FramePlan.FramesFor(timing.Duration, config.FrameRate);
            materials.Add(new SceneMaterial(
                scene,
                timing,
                await context.OpenArtifactAsync(video, ArtifactNames.Clip, cancellationToken).ConfigureAwait(false),
                await context.OpenArtifactAsync(audio, ArtifactNames.Voice, cancellationToken).ConfigureAwait(false),
                frame,
                frames));
            frame += frames;
        }

        return materials.ToImmutable();
    }

    /// <summary>The characters for which boxes stand in one or more scenes.</summary>
    public static async Task<ImmutableArray<string>> MissingCharactersAsync(StageContext context, SceneList scenes, CancellationToken cancellationToken)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var scene in scenes.Scenes)
        {
            StageName video = $"{DocumentVideoPipeline.VideoGeneration}:{scene.Id}";
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

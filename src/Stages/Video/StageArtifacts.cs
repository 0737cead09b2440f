using System.Text.Json;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Video;

/// <summary>The task's input, and what earlier stages of a document's video handed on.</summary>
internal static class StageArtifacts
{
    /// <exception cref="StageFailedException"><c>input.invalid</c>: the task was not made for this pipeline.</exception>
    public static DocumentVideoInput ReadInput(this StageContext context)
    {
        try
        {
            return context.Input.Deserialize(VideoJson.DocumentVideoInput) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new StageFailedException(
                "input.invalid",
                $"The input of task {context.TaskId} is not that of pipeline {DocumentVideoPipeline.Name}: {exception.Message}",
                innerException: exception);
        }
    }

    public static Task<VideoConfig> ReadVideoConfigAsync(this StageContext context, CancellationToken cancellationToken) =>
        context.ReadJsonAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig, VideoJson.VideoConfig, cancellationToken);

    public static Task<SceneList> ReadScenesAsync(this StageContext context, CancellationToken cancellationToken) =>
        context.ReadJsonAsync(DocumentVideoPipeline.ContentParsing, ArtifactNames.Scenes, VideoJson.SceneList, cancellationToken);

    public static Task<Headings> ReadHeadingsAsync(this StageContext context, string language, CancellationToken cancellationToken) => context.ReadJsonAsync(
        $"{DocumentVideoPipeline.Translation}:{language}", ArtifactNames.Headings, VideoJson.Headings, cancellationToken);

    /// <param name="context">Of a stage of the scene.</param>
    /// <param name="unit">With a language.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Task<TranslatedScene> ReadTranslationAsync(this StageContext context, SceneUnit unit, CancellationToken cancellationToken) =>
        context.ReadJsonAsync(
            unit.StageOf(DocumentVideoPipeline.Translation), ArtifactNames.TranslatedScene, VideoJson.TranslatedScene, cancellationToken);

    /// <summary>The scene whose stage this is, and where it stands in the video.</summary>
    /// <exception cref="StageFailedException"><c>scene.missing</c>: the list has no such scene.</exception>
    public static (Scene Scene, int Index) SceneOf(this StageContext context, SceneList scenes)
    {
        var (wanted, _) = SceneUnit.Of(context.Unit);
        for (var i = 0; i < scenes.Scenes.Length; i++)
        {
            if (scenes.Scenes[i].Id == wanted)
            {
                return (scenes.Scenes[i], i);
            }
        }

        throw new StageFailedException(
            "scene.missing",
            $"Stage {context.StageName} is for a scene that {ArtifactNames.Scenes} does not have; it has {scenes.Scenes.Length}. "
            + $"Retry the task from {DocumentVideoPipeline.ContentParsing}.");
    }
}

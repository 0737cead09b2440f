using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Stages.DocumentVideo;
using VideoGen.Stages.Scenes;

namespace VideoGen.Stages.Media;

/// <summary>What earlier stages of a document's video handed on.</summary>
internal static class StageArtifacts
{
    public static Task<VideoConfig> ReadVideoConfigAsync(this StageContext context, CancellationToken cancellationToken) =>
        context.ReadJsonAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig, StagesJson.Default.VideoConfig, cancellationToken);

    public static Task<SceneList> ReadScenesAsync(this StageContext context, CancellationToken cancellationToken) =>
        context.ReadJsonAsync(DocumentVideoPipeline.ContentParsing, ArtifactNames.Scenes, StagesJson.Default.SceneList, cancellationToken);

    /// <summary>The scene whose stage this is, and where it stands in the video.</summary>
    public static (Scene Scene, int Index) SceneOf(this StageContext context, SceneList scenes)
    {
        for (var i = 0; i < scenes.Scenes.Length; i++)
        {
            if (scenes.Scenes[i].Id == context.Unit)
            {
                return (scenes.Scenes[i], i);
            }
        }

        throw new StageFailedException("scene.missing", $"Stage {context.StageName} is for a scene that {ArtifactNames.Scenes} does not have. Retry the task from {DocumentVideoPipeline.ContentParsing}.");
    }

    /// <exception cref="StageFailedException">The stage made no such artifact, or it can't be read.</exception>
    public static async Task<T> ReadJsonAsync<T>(this StageContext context, string stage, string name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var path = await context.OpenArtifactAsync(stage, name, cancellationToken).ConfigureAwait(false);
        await using var file = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync(file, type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("It holds null.");
        }
        catch (JsonException exception)
        {
            throw new StageFailedException("artifact.unreadable", $"{name} of stage {stage} is not what {context.StageName} understands: {exception.Message} Retry that stage.", innerException: exception);
        }
    }
}

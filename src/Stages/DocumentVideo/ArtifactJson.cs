using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Stages.Scenes;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.DocumentVideo;

/// <summary>The JSON artifacts of the pipeline: indented, so that a person can read them and a difference shows in its line.</summary>
internal static class ArtifactJson
{
    private static readonly StagesJson Json = new(new JsonSerializerOptions(StagesJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static JsonTypeInfo<VideoConfig> VideoConfig => Json.VideoConfig;

    public static JsonTypeInfo<SceneList> Scenes => Json.SceneList;

    public static JsonTypeInfo<SceneScript> Script => Json.SceneScript;

    /// <exception cref="StageFailedException"><c>input.invalid</c>: the task was not made for this pipeline.</exception>
    public static DocumentVideoInput ReadInput(this StageContext context)
    {
        try
        {
            return context.Input.Deserialize(StagesJson.Default.DocumentVideoInput) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new StageFailedException("input.invalid", $"The input of task {context.TaskId} is not that of pipeline {DocumentVideoPipeline.Name}: {exception.Message}", innerException: exception);
        }
    }

    public static async Task<T> ReadArtifactAsync<T>(this StageContext context, string stage, string name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var path = await context.OpenArtifactAsync(stage, name, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(file, type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new StageFailedException("artifact.corrupt", $"Stage {context.StageName} cannot read {name} of stage {stage}: {exception.Message}", innerException: exception);
        }
    }

    public static async Task<Artifact> SaveArtifactAsync<T>(this StageContext context, string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var path = Path.Combine(context.WorkingDirectory, name);
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken).ConfigureAwait(false);
        return await context.SaveArtifactAsync(name, path, "application/json", cancellationToken).ConfigureAwait(false);
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Video;

/// <summary>The one reader and the one writer of JSON artifacts.</summary>
internal static class ArtifactJson
{
    /// <summary>The bytes are those that were stored, but they are not what the reader understands: another version wrote them, or another program.</summary>
    private const string MediaType = "application/json";

    public const string Unreadable = "artifact.unreadable";

    /// <summary>
    /// Indented, so that a person can read an artifact and a difference shows in its line. Lines end alike on every system, so that the same value gives
    /// the same bytes.
    /// </summary>
    private static readonly JsonWriterOptions Written = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads an artifact that an earlier stage made.</summary>
    /// <exception cref="StageFailedException">
    /// The stage made no such artifact, its bytes are not those that were stored, or they are not this type (<see cref="Unreadable"/>).
    /// </exception>
    public static async Task<T> ReadJsonAsync<T>(
        this StageContext context, StageName stage, string name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var path = await context.OpenArtifactAsync(stage, name, cancellationToken).ConfigureAwait(false);
        await using var file = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync(file, type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new StageFailedException(
                Unreadable,
                $"{name} of stage {stage} is not what {context.StageName} of task {context.TaskId} understands: {exception.Message} "
                + $"Retry the task from {stage}.",
                innerException: exception);
        }
    }

    /// <summary>Writes an artifact of the stage that runs, and stores it.</summary>
    public static async Task<Artifact> SaveJsonAsync<T>(
        this StageContext context, string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await context.SaveArtifactAsync(name, Write(context.WorkingDirectory, name, value, type), MediaType, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="SaveJsonAsync{T}(StageContext, string, T, JsonTypeInfo{T}, CancellationToken)"/>
    public static async Task<Artifact> SaveJsonAsync<T>(
        this StageDesk desk, string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await desk.SaveArtifactAsync(name, Write(desk.WorkingDirectory, name, value, type), MediaType, cancellationToken).ConfigureAwait(false);

    private static string Write<T>(string folder, string name, T value, JsonTypeInfo<T> type)
    {
        var path = Path.Combine(folder, name);
        using var file = File.Create(path);
        using var writer = new Utf8JsonWriter(file, Written);
        JsonSerializer.Serialize(writer, value, type);
        return path;
    }
}

using System.Text.Json.Serialization;

namespace VideoGen.Stages.Video;

/// <summary>The JSON of the task's input, and of the artifacts that stages of several folders read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DocumentVideoInput))]
[JsonSerializable(typeof(VideoConfig))]
[JsonSerializable(typeof(SceneList))]
[JsonSerializable(typeof(SceneScript))]
[JsonSerializable(typeof(VoiceTiming))]
internal sealed partial class VideoJson : JsonSerializerContext
{
}

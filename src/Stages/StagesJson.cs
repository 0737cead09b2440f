using System.Text.Json.Serialization;
using VideoGen.Stages.DocumentVideo;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;

namespace VideoGen.Stages;

/// <summary>The JSON of the stages' artifacts and of the task's input.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DocumentVideoInput))]
[JsonSerializable(typeof(VideoConfig))]
[JsonSerializable(typeof(SceneList))]
[JsonSerializable(typeof(SceneScript))]
[JsonSerializable(typeof(VoiceTiming))]
[JsonSerializable(typeof(ChatScene))]
internal sealed partial class StagesJson : JsonSerializerContext
{
}

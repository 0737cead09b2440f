using System.Text.Json.Serialization;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration;

/// <summary>What a chat model is told about a scene.</summary>
internal sealed record ChatScene(string Video, string Language, Scene Scene);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatScene))]
internal sealed partial class NarrationJson : JsonSerializerContext
{
}

using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Contracts;

/// <summary>The one JSON form of a command: its size and its fingerprint are taken of it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TaskCommand))]
internal sealed partial class CommandJson : JsonSerializerContext
{
}

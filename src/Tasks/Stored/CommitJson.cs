using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Stored;

/// <summary>The JSON form of the record of a commit, which stands beside the task in its document.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CommitRecord))]
public sealed partial class CommitJson : JsonSerializerContext
{
}

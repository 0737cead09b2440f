using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Queries;

/// <summary>The JSON form of a summary, for stores that keep it as one text.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TaskSummary))]
public sealed partial class SummaryJson : JsonSerializerContext
{
}

using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Grains.Index;

namespace VideoGen.Grains.Tasks;

/// <summary>The one JSON form of the task document, of its summaries and of what is read from them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Default,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TaskState))]
[JsonSerializable(typeof(StageState))]
[JsonSerializable(typeof(CommitRecord))]
[JsonSerializable(typeof(TaskCommand))]
[JsonSerializable(typeof(TaskSummary))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
public sealed partial class TaskJson : JsonSerializerContext
{
}

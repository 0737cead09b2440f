using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks.State;

/// <summary>The one JSON form of a task, and of what is read from it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Default,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TaskState))]
[JsonSerializable(typeof(StageState))]
[JsonSerializable(typeof(ImmutableArray<FormerAttempt>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
public sealed partial class TaskJson : JsonSerializerContext
{
}

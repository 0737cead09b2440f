using System.Text.Json.Serialization;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api.Events;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LeftTask))]
[JsonSerializable(typeof(ViewNote))]
[JsonSerializable(typeof(TaskQuery))]
internal sealed partial class EventsJson : JsonSerializerContext
{
}

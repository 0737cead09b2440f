using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api;

/// <summary>A queue is to be paused.</summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="ForS">Seconds after which it ends by itself; null for when somebody resumes it.</param>
internal sealed record QueuePauseRequest(string Reason, double? ForS = null);

/// <param name="Most">Stages that may wait.</param>
internal sealed record QueueBoundRequest(int Most);

/// <summary>What a limit allows; one of the two at least.</summary>
/// <param name="MaxConcurrent">Slots that may be held at the same time.</param>
/// <param name="Rate">Slots that may be taken in a time: 60/min, 5/s, 10/30s.</param>
internal sealed record LimitRequest(int? MaxConcurrent = null, string? Rate = null);

/// <param name="Name">Of the workers that were told, or are to be told when they report next.</param>
/// <param name="Told">How many that are alive have that name.</param>
internal sealed record DrainReply(string Name, int Told);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(QueuePauseRequest))]
[JsonSerializable(typeof(QueueBoundRequest))]
[JsonSerializable(typeof(LimitRequest))]
internal sealed partial class BodyJson : JsonSerializerContext
{
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api.Creation;

/// <summary>A task of a pipeline of the caller's own, or of one that this silo knows by name.</summary>
/// <param name="TaskId">Null for one that is made of the Idempotency-Key, or else of pipeline and input, so that the same ones mean the same task.</param>
/// <param name="Pipeline">A definition, as docs/pipeline.schema.json has it; or the name of one that the silo knows.</param>
/// <param name="Input">What the stages are given: an object. Null for an empty one.</param>
/// <param name="Labels">To find the task by.</param>
/// <param name="Priority">Tasks of higher priority go first.</param>
/// <param name="Fair">For whom the task is done.</param>
/// <param name="KeepDays">How long the task is kept when it is finished; null for as long as the silos say.</param>
/// <param name="Fresh">Whether nothing is taken over from other tasks.</param>
internal sealed record TaskCreation(
    JsonElement Pipeline,
    string? TaskId = null,
    JsonElement? Input = null,
    IReadOnlyDictionary<string, string>? Labels = null,
    int Priority = 0,
    FairCreation? Fair = null,
    int? KeepDays = null,
    bool Fresh = false);

/// <summary>Among tasks of equal priority each key gets its share.</summary>
internal sealed record FairCreation(string Key, double Weight = 1);

/// <summary>The task is there.</summary>
/// <param name="Created">False when it was there before, with the same content.</param>
/// <param name="Url">Its state.</param>
/// <param name="Events">Each newer state.</param>
internal sealed record TaskCreated(string TaskId, bool Created, string Status, long Version, string Url, string Events);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaskCreation))]
[JsonSerializable(typeof(TaskCreated))]
internal sealed partial class CreationJson : JsonSerializerContext
{
}

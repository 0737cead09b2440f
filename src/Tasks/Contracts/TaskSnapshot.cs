using System.Text.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Contracts;

/// <summary>A durable state of a task (T4), as the very bytes that were written.</summary>
/// <param name="Version">Of the state.</param>
/// <param name="ETag">Of the record that holds it; never used for another record (T3).</param>
/// <param name="Json">The state as UTF-8 JSON.</param>
/// <param name="Writes">How many writes to storage the task has had; group commit makes it smaller than the version.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskSnapshot")]
public sealed record TaskSnapshot(
    [property: Id(0)] long Version,
    [property: Id(1)] string ETag,
    [property: Id(2)] byte[] Json,
    [property: Id(3)] long Writes)
{
    public TaskState ToState() => JsonSerializer.Deserialize(Json, TaskJson.Default.TaskState)!;
}

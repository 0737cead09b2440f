using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api.Acts;

/// <summary>What goes with an act; all of it may be left out.</summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="Stages">The full names of the stages that it is about: of 'retry' those to do again; of 'run-now' and 'skip' one.</param>
/// <param name="AfterStages">Of 'pause': what is at work comes to its end first.</param>
internal sealed record ActRequest(string? Reason = null, IReadOnlyList<string>? Stages = null, bool AfterStages = false);

/// <summary>What came of an act.</summary>
/// <param name="Outcome">applied, or unchanged where there was nothing to change.</param>
/// <param name="Message">Why nothing changed; null where something did.</param>
/// <param name="Version">Of the task now.</param>
/// <param name="Status">Of the task now; null when it is gone.</param>
internal sealed record ActReply(string TaskId, string Act, string Outcome, string? Message, long Version, string? Status);

/// <summary>A JSON Merge Patch (RFC 7396) of what people wrote on a task.</summary>
/// <param name="Labels">Labels to set; null takes one away.</param>
/// <param name="Priority">From now on.</param>
/// <param name="Reason">Why, for people; it is kept with the task.</param>
internal sealed record TaskPatch(IReadOnlyDictionary<string, string?>? Labels = null, int? Priority = null, string? Reason = null);

/// <summary>An act on all tasks that a filter finds.</summary>
/// <param name="Act">cancel, pause, resume, retry, run-now or delete.</param>
/// <param name="Filter">Which tasks.</param>
/// <param name="Count">How many the caller expects; without it nothing is done, and the answer says how many they are.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="AfterStages">Of 'pause': what is at work comes to its end first.</param>
internal sealed record BulkActRequest(string Act, BulkFilter Filter, string Reason, long? Count = null, bool AfterStages = false);

/// <summary>All of the given conditions hold. At least one is given.</summary>
/// <param name="Status">Any of these.</param>
/// <param name="Label">KEY:VALUE.</param>
/// <param name="Id">How the task id begins.</param>
/// <param name="Labels">Each as KEY:VALUE; a task has all of them.</param>
/// <param name="CreatedAfter">Created at this time (RFC 3339) or later.</param>
/// <param name="CreatedBefore">Created before this time.</param>
/// <param name="UpdatedAfter">Last written at this time or later.</param>
/// <param name="UpdatedBefore">Last written before this time.</param>
/// <param name="Error">A text within the task's errors since its last retry; small and capital letters are the same.</param>
internal sealed record BulkFilter(
    IReadOnlyList<string>? Status = null,
    string? Pipeline = null,
    string? Label = null,
    string? Id = null,
    IReadOnlyList<string>? Labels = null,
    string? CreatedAfter = null,
    string? CreatedBefore = null,
    string? UpdatedAfter = null,
    string? UpdatedBefore = null,
    string? Error = null);

/// <summary>A line of the progress of a bulk act: one for each task, and the sums with each; the last one has no task.</summary>
/// <param name="TaskId">Which task; null in the last line.</param>
/// <param name="Outcome">applied, unchanged, refused, or failed where it is not known.</param>
/// <param name="Message">Why it is not applied.</param>
/// <param name="Found">Tasks that the filter found.</param>
/// <param name="Done">Tasks so far.</param>
internal sealed record BulkActLine(string? TaskId, string? Outcome, string? Message, int Found, int Done, int Applied, int Unchanged, int Refused, int Failed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ActRequest))]
[JsonSerializable(typeof(ActReply))]
[JsonSerializable(typeof(TaskPatch))]
[JsonSerializable(typeof(BulkActRequest))]
[JsonSerializable(typeof(BulkActLine))]
internal sealed partial class ActsJson : JsonSerializerContext
{
}

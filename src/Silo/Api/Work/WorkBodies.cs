using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api.Work;

/// <summary>A worker asks for stages.</summary>
/// <param name="Worker">What people call it.</param>
/// <param name="Incarnation">A UUID that is new for each start of the worker, and known to it alone.</param>
/// <param name="Kinds">The kinds of stages that it can do.</param>
/// <param name="Capabilities">What else it has, such as gpu.</param>
/// <param name="Queues">The queues that it looks into; null for the usual one.</param>
/// <param name="Slots">How many stages it would take now.</param>
/// <param name="WaitS">Seconds for which the answer may wait for a stage.</param>
/// <param name="LeaseS">Seconds for which a lease holds without a report.</param>
internal sealed record TakeRequest(
    string Worker,
    Guid Incarnation,
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string>? Capabilities = null,
    IReadOnlyList<string>? Queues = null,
    int Slots = 1,
    double WaitS = 0,
    double? LeaseS = null);

/// <summary>Stages that the worker holds from now on.</summary>
internal sealed record TakeReply(ImmutableArray<WorkItem> Work);

/// <summary>A stage that a worker has taken.</summary>
/// <param name="Url">The address below which it reports: report, complete, fail, release, artifacts/NAME.</param>
/// <param name="Lease">What the header VideoGen-Lease holds with all that it says of the stage.</param>
/// <param name="LeaseS">Seconds for which the lease holds without a report.</param>
/// <param name="ReportEveryS">How often a worker that has nothing to tell reports all the same.</param>
/// <param name="Input">What the task was created with.</param>
/// <param name="Parameters">Those of the stage in its pipeline; null for none.</param>
/// <param name="Inputs">What the completed stages made.</param>
internal sealed record WorkItem(
    string TaskId,
    string Stage,
    int Attempt,
    string Url,
    string Lease,
    double LeaseS,
    double ReportEveryS,
    JsonElement Input,
    JsonElement? Parameters,
    ImmutableArray<ArtifactItem> Inputs);

/// <summary>How far a stage is.</summary>
/// <param name="Progress">0 to 1, of the stage or of the unit.</param>
/// <param name="Message">What is being done, for people.</param>
/// <param name="Unit">The part of the stage that this is of; null for all of it.</param>
/// <param name="UnitCount">How many units there are.</param>
/// <param name="Sequence">Rises with each report, so that the last message shows; null for the order in which they arrive.</param>
/// <param name="Durable">Whether the answer waits until the report is stored.</param>
internal record ReportRequest(
    double Progress = 0, string? Message = null, string? Unit = null, int UnitCount = 0, long? Sequence = null, bool Durable = true);

/// <summary>What the worker is to do.</summary>
/// <param name="Directive">
/// continue; cancel: stop and keep nothing; pause: stop and release the stage; drain: go on with the stage, and take nothing more.
/// </param>
/// <param name="LeaseS">Seconds for which the lease holds from now on.</param>
/// <param name="NextReportS">Seconds until the next report is expected.</param>
internal sealed record ReportReply(string Directive, double LeaseS, double NextReportS, long Version);

/// <summary>A stage has ended well.</summary>
/// <param name="Artifacts">What was uploaded, as the uploads were answered.</param>
/// <param name="AddStages">Stages that follow from this one, as docs/pipeline.schema.json has them.</param>
/// <param name="Warnings">For people.</param>
/// <param name="Result">Of the whole task: an object.</param>
/// <param name="Message">The last word of the stage.</param>
internal sealed record CompleteRequest(
    IReadOnlyList<UploadedArtifact>? Artifacts = null,
    JsonElement? AddStages = null,
    IReadOnlyList<string>? Warnings = null,
    JsonElement? Result = null,
    string? Message = null);

/// <summary>A file that was uploaded.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">In hexadecimal digits.</param>
internal sealed record UploadedArtifact(string Name, long Length, string Sha256, string MediaType);

/// <summary>A stage has ended badly.</summary>
/// <param name="Message">Why, for people.</param>
/// <param name="Code">A short stable name.</param>
/// <param name="Retryable">Whether another attempt could end better.</param>
/// <param name="RetryAfterS">Whom it asked is too busy: seconds after which to ask again, which uses up no attempt.</param>
/// <param name="Limit">The limit that rests meanwhile; null for all of the stage.</param>
internal sealed record FailRequest(string Message, string? Code = null, bool Retryable = false, double? RetryAfterS = null, string? Limit = null);

/// <summary>A stage is given back unfinished.</summary>
/// <param name="Reason">What the worker lacks for it; null when it lacks nothing.</param>
internal sealed record ReleaseRequest(string? Reason = null);

/// <summary>The attempt is over.</summary>
/// <param name="Outcome">applied, or unchanged where the task had ended before.</param>
internal sealed record EndReply(string Outcome, long Version, string? Message);

/// <summary>One call for a worker of many slots: its reports, and its wish for work.</summary>
internal sealed record SyncRequest(
    Guid Incarnation,
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string>? Capabilities = null,
    IReadOnlyList<string>? Queues = null,
    int Slots = 0,
    double WaitS = 0,
    double? LeaseS = null,
    IReadOnlyList<SyncReport>? Reports = null);

/// <inheritdoc cref="ReportRequest"/>
internal sealed record SyncReport(
    string TaskId,
    string Stage,
    string Lease,
    double Progress = 0,
    string? Message = null,
    string? Unit = null,
    int UnitCount = 0,
    long? Sequence = null,
    bool Durable = false) : ReportRequest(Progress, Message, Unit, UnitCount, Sequence, Durable);

/// <param name="Drain">Whether the worker is to take nothing more.</param>
internal sealed record SyncReply(ImmutableArray<SyncDirective> Directives, ImmutableArray<WorkItem> Work, bool Drain);

/// <param name="Directive">As in the answer to a report; lost when the stage is not the worker's any more.</param>
internal sealed record SyncDirective(string TaskId, string Stage, string Directive, string? Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TakeRequest))]
[JsonSerializable(typeof(TakeReply))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(ReportReply))]
[JsonSerializable(typeof(CompleteRequest))]
[JsonSerializable(typeof(UploadedArtifact))]
[JsonSerializable(typeof(FailRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(EndReply))]
[JsonSerializable(typeof(SyncRequest))]
[JsonSerializable(typeof(SyncReply))]
internal sealed partial class WorkJson : JsonSerializerContext
{
}

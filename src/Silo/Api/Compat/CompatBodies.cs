using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Client.Display;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Compat;

/// <summary>A task as the web application of the Python system answers for it.</summary>
/// <param name="Status">processing, complete or failed.</param>
/// <param name="Progress">Whole percents.</param>
/// <param name="Type">document, youtube, multilingual or generate.</param>
/// <param name="Errors">Null for none.</param>
/// <param name="Result">Only of a completed task.</param>
internal sealed record CompatTask(
    string TaskId, string Status, int Progress, string Message, string Type, ImmutableArray<string>? Errors, JsonElement? Result)
{
    private const string AtWork = "Processing...";

    public static CompatTask Of(TaskState state) => new(
        state.TaskId.Value,
        state.Status switch
        {
            RunStatus.Completed => "complete",
            RunStatus.Failed or RunStatus.Cancelled => "failed",
            _ => "processing",
        },
        Percent.Of(state.OverallProgress),
        MessageOf(state),
        TypeOf(state),
        state.PresentErrors.IsEmpty ? null : state.PresentErrors,
        state.Status == RunStatus.Completed ? state.Result?.ToElement() : null);

    public static string MessageOf(TaskState state) =>
        state.CurrentStage is { } name && state.Stages.TryGet(name, out var stage) && stage.Message is { Length: > 0 } message
            ? message
            : state.CurrentStage ?? AtWork;

    private static string TypeOf(TaskState state)
    {
        var input = state.InputConfig.ToElement();
        if (input.TryGetProperty("languages", out var languages) && languages.ValueKind == JsonValueKind.Array && languages.GetArrayLength() > 1)
        {
            return "multilingual";
        }

        return input.TryGetProperty("input_type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() is "document" or "youtube"
            ? type.GetString()!
            : "generate";
    }
}

/// <summary>A video in the making, as the job pages of the Python system show it.</summary>
/// <param name="Document">What it is made of, for people.</param>
/// <param name="CurrentStage">What people call it; null before the first one.</param>
/// <param name="Elapsed">M:SS or H:MM:SS.</param>
/// <param name="Status">The status as it is stored.</param>
/// <param name="QueuePosition">Of one that waits: 1 for the first; else null.</param>
internal sealed record CompatJob(
    string Id,
    string Document,
    string? CurrentStage,
    int Progress,
    string Elapsed,
    string? TotalDuration,
    ImmutableArray<CompatStage> Stages,
    string Status,
    ImmutableArray<string> Errors,
    CompatErrorDetails? ErrorDetails,
    ImmutableArray<string> Warnings,
    DateTimeOffset CreatedAt,
    int? QueuePosition = null)
{
    private const int MaxUrl = 40;

    private const int MaxText = 50;

    public static CompatJob Of(TaskState state, DateTimeOffset now, int? position = null)
    {
        var elapsed = Clock((state.CompletedAt ?? now) - (state.StartedAt ?? state.CreatedAt));
        var stages = state.Stages.Where(stage => stage.Name.Group is null).Select(stage => CompatStage.Of(stage, now)).ToImmutableArray();
        var failed = state.Stages.FirstOrDefault(stage => stage.Status == RunStatus.Failed);
        return new CompatJob(
            state.TaskId.Value,
            DocumentOf(state),
            state.CurrentStage is { } current ? StageTitles.Of(current) : null,
            Percent.Of(state.OverallProgress),
            elapsed,
            state.CompletedAt is null ? null : elapsed,
            stages,
            state.Status.ToWireName(),
            state.PresentErrors,
            state.PresentErrors is [.., var last]
                ? new CompatErrorDetails(
                    state.PresentErrors,
                    failed is null ? null : new CompatFailedStage(failed.Name.Value, failed.Error ?? last),
                    state.PresentErrors.Length,
                    last)
                : null,
            state.PresentWarnings,
            state.CreatedAt,
            position);
    }

    public static string Clock(TimeSpan time)
    {
        var seconds = (long)Math.Max(0, time.TotalSeconds);
        return seconds < 3_600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static string DocumentOf(TaskState state)
    {
        if (!state.InputConfig.ToElement().TryGetProperty("source", out var source) || source.ValueKind != JsonValueKind.String)
        {
            return state.TaskId.Value;
        }

        var text = source.GetString()!;
        return text.Contains("://", StringComparison.Ordinal) ? (text.Length > MaxUrl ? $"{text[..MaxUrl]}..." : text)
            : text.Length > MaxText ? text[..MaxText]
            : Path.GetFileNameWithoutExtension(text) is { Length: > 0 } stem ? stem : text;
    }
}

/// <param name="Name">What people call it.</param>
/// <param name="Status">completed, active, failed or pending.</param>
/// <param name="Duration">Such as 1.2s; null before it began.</param>
internal sealed record CompatStage(string Name, string InternalName, string Status, string? Duration, int Progress, string? Error)
{
    public static CompatStage Of(StageState stage, DateTimeOffset now) => new(
        StageTitles.Of(stage.Name),
        stage.Name.Value,
        stage.Status switch
        {
            RunStatus.Completed => "completed",
            RunStatus.Running => "active",
            RunStatus.Failed or RunStatus.Cancelled => "failed",
            _ => "pending",
        },
        stage.StartedAt is { } began
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, ((stage.CompletedAt ?? now) - began).TotalSeconds):0.0}s")
            : null,
        Percent.Of(stage.Progress),
        stage.Error);
}

internal sealed record CompatErrorDetails(ImmutableArray<string> Errors, CompatFailedStage? FailedStage, int ErrorCount, string Summary);

internal sealed record CompatFailedStage(string Stage, string Error);

/// <summary>All videos, by how they stand.</summary>
internal sealed record CompatJobs(
    CompatStats Stats,
    ImmutableArray<CompatJob> ActiveJobs,
    ImmutableArray<CompatJob> QueuedJobs,
    ImmutableArray<CompatJob> CompletedJobs,
    ImmutableArray<CompatJob> FailedJobs);

internal sealed record CompatStats(long Active, long Queued, long Completed, long Failed);

internal sealed record CompatJobReply(string Status, CompatJob Job);

internal sealed record CompatHealth(string Status, string Service, string Pipeline, string Version, IReadOnlyDictionary<string, bool> Features);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CompatTask))]
[JsonSerializable(typeof(CompatJobs))]
[JsonSerializable(typeof(CompatJobReply))]
[JsonSerializable(typeof(CompatHealth))]
internal sealed partial class CompatJson : JsonSerializerContext
{
}

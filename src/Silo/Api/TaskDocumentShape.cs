using System.Text.Json;

namespace VideoGen.Silo.Api;

/// <summary>
/// What readers may count on of a task's state, for the description of the API: the fields of the Python system's state files. The document itself goes out as
/// it is stored, and has more.
/// </summary>
internal sealed record TaskDocumentShape(
    string TaskId,
    JsonElement InputConfig,
    string Status,
    string? CurrentStage,
    double OverallProgress,
    IReadOnlyDictionary<string, StageDocumentShape> Stages,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    JsonElement? Result,
    string[] Errors,
    string[] Warnings,
    IReadOnlyDictionary<string, JsonElement> Metadata,
    long Version);

/// <summary>The same of a stage.</summary>
internal sealed record StageDocumentShape(
    string Name,
    string Status,
    double Progress,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    string? Error,
    IReadOnlyDictionary<string, string> Artifacts,
    IReadOnlyDictionary<string, JsonElement> Metadata);

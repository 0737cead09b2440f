using System.Text.Json.Serialization;

namespace VideoGen.Tasks.State;

/// <summary>Where a task or a stage stands. The names are the stored ones.</summary>
[JsonConverter(typeof(RunStatusJsonConverter))]
public enum RunStatus
{
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("paused")] Paused,
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

public static class RunStatusExtensions
{
    /// <summary>A finished task or stage absorbs whatever is reported to it later (T6).</summary>
    public static bool IsFinished(this RunStatus status) =>
        status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>The stored name: <c>running</c>, <c>completed</c>, ...</summary>
    public static string ToWireName(this RunStatus status) => status switch
    {
        RunStatus.Pending => "pending",
        RunStatus.Running => "running",
        RunStatus.Paused => "paused",
        RunStatus.Completed => "completed",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a run status."),
    };

    public static bool TryParseWireName(string? text, out RunStatus status)
    {
        foreach (var candidate in Enum.GetValues<RunStatus>())
        {
            if (candidate.ToWireName() == text)
            {
                status = candidate;
                return true;
            }
        }

        status = default;
        return false;
    }
}

/// <summary>Names only: a number would become a status that is none of these.</summary>
internal sealed class RunStatusJsonConverter() : JsonStringEnumConverter<RunStatus>(namingPolicy: null, allowIntegerValues: false);

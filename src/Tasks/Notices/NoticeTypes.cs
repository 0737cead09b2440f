using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Notices;

/// <summary>What subscribers are told of: that a task or a stage stands elsewhere now. Progress is no event.</summary>
public static class NoticeTypes
{
    public const string TaskCreated = "task.created";

    public const string TaskDeleted = "task.deleted";

    /// <summary>Sent when an operator asks for it; it is no event of a task, and nobody subscribes to it.</summary>
    public const string Test = "webhook.test";

    /// <summary>All that a subscription may name.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        TaskCreated, TaskDeleted,
        .. Enum.GetValues<RunStatus>().Select(OfTask),
        .. Enum.GetValues<RunStatus>().Where(status => status != RunStatus.Paused).Select(OfStage),
    ];

    /// <summary>A task that was there already has this status now.</summary>
    public static string OfTask(RunStatus status) => $"task.{status.ToWireName()}";

    /// <summary>A stage has this status now.</summary>
    public static string OfStage(RunStatus status) => $"stage.{status.ToWireName()}";

    /// <summary>Whether that is what a subscription may name: a type, or <c>task.*</c> or <c>stage.*</c> for all of a kind.</summary>
    public static bool IsPattern(string? pattern) => pattern is "task.*" or "stage.*" || (pattern is not null && All.Contains(pattern));

    internal static bool Matches(string pattern, string type) =>
        pattern == type || (pattern.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(pattern[..^1], StringComparison.Ordinal));
}

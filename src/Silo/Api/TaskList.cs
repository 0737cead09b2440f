using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>One page of tasks, the newest first where no other order is asked for.</summary>
/// <param name="Tasks">In order.</param>
/// <param name="Next">The <c>page</c> of the next request; null on the last page.</param>
/// <param name="Counts">Tasks in each status, of all that match the other conditions.</param>
/// <param name="Total">The sum of the counts.</param>
/// <param name="Unreadable">Tasks that are left out, since their records cannot be read.</param>
/// <param name="UnreadableIds">Some of those.</param>
internal sealed record TaskList(
    ImmutableArray<TaskListItem> Tasks,
    string? Next,
    IReadOnlyDictionary<string, long> Counts,
    long Total,
    int Unreadable,
    ImmutableArray<string> UnreadableIds)
{
    public static TaskList None { get; } = Of(new TaskPage([], null), new TaskCounts(ImmutableSortedDictionary<RunStatus, long>.Empty));

    public static TaskList Of(TaskPage page, TaskCounts counts) => new(
        [.. page.Tasks.Select(TaskListItem.Of)],
        page.Next,
        Enum.GetValues<RunStatus>().ToDictionary(status => status.ToWireName(), status => counts.ByStatus.GetValueOrDefault(status)),
        counts.Total,
        page.Unreadable,
        [.. (page.UnreadableIds ?? []).Select(id => id.Value)]);
}

/// <summary>What the list says of a task.</summary>
/// <param name="Progress">Whole percents.</param>
/// <param name="Workers">Stages that a worker is at work on.</param>
/// <param name="Priority">Higher goes first in the queues.</param>
internal sealed record TaskListItem(
    string TaskId,
    string Status,
    string? Pipeline,
    IReadOnlyDictionary<string, string> Labels,
    int Progress,
    string? CurrentStage,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset UpdatedAt,
    int Workers,
    long Version,
    int Priority)
{
    public static TaskListItem Of(TaskSummary task) => new(
        task.TaskId.Value,
        task.Status.ToWireName(),
        task.Pipeline,
        task.Labels,
        Percent.Of(task.Progress),
        task.CurrentStage,
        task.CreatedAt,
        task.StartedAt,
        task.CompletedAt,
        task.UpdatedAt,
        task.Workers,
        task.Version,
        task.Priority ?? 0);
}

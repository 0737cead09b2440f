using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Queries;

/// <summary>Queries answered from summaries in memory.</summary>
internal static class SummaryLists
{
    /// <param name="summaries">Those that can be read.</param>
    /// <param name="unreadable">The ids of the others. Nothing else is known of them, so the first page tells of all that have the prefix.</param>
    /// <param name="query">The query.</param>
    public static TaskPage Page(IEnumerable<TaskSummary> summaries, IEnumerable<string> unreadable, TaskQuery query)
    {
        TaskQueries.Check(query);
        var after = PageToken.Parse(query.After);
        var found = Matching(summaries, query)
            .Where(summary => after is not { } token || token.IsBefore(summary))
            .OrderByDescending(summary => summary.CreatedAt)
            .ThenBy(summary => summary.TaskId.Value, StringComparer.Ordinal)
            .Take(query.PageSize + 1);
        var page = new PageBuilder(query);
        if (query.After is null)
        {
            foreach (var taskId in unreadable.Where(id => HasPrefix(id, query)).Order(StringComparer.Ordinal))
            {
                page.LeaveOut(taskId);
            }
        }

        foreach (var summary in found)
        {
            page.Add(summary);
        }

        return page.ToPage();
    }

    public static TaskCounts Count(IEnumerable<TaskSummary> summaries, TaskQuery query)
    {
        TaskQueries.Check(query);
        var counts = Matching(summaries, query).CountBy(summary => summary.Status);
        return new TaskCounts(counts.ToImmutableSortedDictionary(count => count.Key, count => (long)count.Value));
    }

    public static ImmutableArray<TaskId> FindOwed(IEnumerable<TaskSummary> summaries, DateTimeOffset untouchedSince, int limit) =>
    [
        .. summaries
            .Where(summary => summary.Owed && summary.UpdatedAt <= untouchedSince)
            .OrderBy(summary => summary.UpdatedAt)
            .Take(limit)
            .Select(summary => summary.TaskId),
    ];

    /// <summary>Whether lists of that query show the task, on whichever page.</summary>
    public static bool Matches(TaskSummary summary, TaskQuery query) => Matching([summary], query).Any();

    private static bool HasPrefix(string taskId, TaskQuery query) => query.IdPrefix is null || taskId.StartsWith(query.IdPrefix, StringComparison.Ordinal);

    private static IEnumerable<TaskSummary> Matching(IEnumerable<TaskSummary> summaries, TaskQuery query)
    {
        var statuses = TaskQueries.StatusesOf(query);
        return summaries.Where(summary =>
            !summary.Deleted
            && (statuses.IsEmpty || statuses.Contains(summary.Status))
            && (query.Pipeline is null || query.Pipeline == summary.Pipeline)
            && HasPrefix(summary.TaskId.Value, query)
            && (query.Label is not { } label || (summary.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));
    }
}

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
        var best = new BestTasks(query);
        foreach (var summary in summaries)
        {
            best.Consider(summary);
        }

        return best.ToPage(unreadable);
    }

    public static TaskCounts Count(IEnumerable<TaskSummary> summaries, TaskQuery query)
    {
        TaskQueries.Check(query);
        var counts = summaries.Where(new TaskFilter(query).Matches).CountBy(summary => summary.Status);
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
}

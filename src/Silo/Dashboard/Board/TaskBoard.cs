using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>What the store said last for one view.</summary>
/// <param name="Page">The tasks to show.</param>
/// <param name="Counts">Tasks in each status.</param>
/// <param name="Problem">Why this is not fresh, for a person; null when it is.</param>
/// <param name="Status">The HTTP status of a page that shows it first.</param>
internal sealed record TaskBoard(TaskPage Page, TaskCounts Counts, string? Problem = null, int Status = StatusCodes.Status200OK)
{
    public static TaskBoard Empty { get; } = new(new TaskPage([], null), new TaskCounts(ImmutableSortedDictionary<RunStatus, long>.Empty));
}

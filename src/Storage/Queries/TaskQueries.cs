using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Queries;

/// <summary>What is the same for queries of every store.</summary>
internal static class TaskQueries
{
    /// <exception cref="ArgumentException">The query is out of bounds; the message says which.</exception>
    public static void Check(TaskQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.PageSize is < 1 or > TaskQuery.MaxPageSize)
        {
            throw new ArgumentException($"A page holds 1 to {TaskQuery.MaxPageSize} tasks; {query.PageSize} were asked for.");
        }

        if (query.IdPrefix is { Length: > TaskId.MaxLength })
        {
            throw new ArgumentException($"An id prefix has at most {TaskId.MaxLength} characters.");
        }

        if (query.FindProblem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        foreach (var status in StatusesOf(query))
        {
            if (!Enum.IsDefined(status))
            {
                throw new ArgumentException($"{(int)status} is not a status of a task.");
            }
        }
    }

    public static ImmutableArray<RunStatus> StatusesOf(TaskQuery query) => query.Statuses.IsDefault ? [] : query.Statuses;
}

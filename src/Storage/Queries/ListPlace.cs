using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Queries;

/// <summary>Where a task stands in lists of one order.</summary>
/// <param name="First">What the list is ordered by: the ticks of a time, or a priority.</param>
/// <param name="CreatedAt">The ticks of the creation, in UTC.</param>
/// <param name="TaskId">The id.</param>
internal readonly record struct ListPlace(long First, long CreatedAt, string TaskId)
{
    public static ListPlace Of(TaskSummary task, TaskSort sort) => new(
        sort switch
        {
            TaskSort.Updated => task.UpdatedAt.UtcTicks,
            TaskSort.Priority => task.Priority ?? 0,
            _ => task.CreatedAt.UtcTicks,
        },
        task.CreatedAt.UtcTicks,
        task.TaskId.Value);

    /// <summary>The same as databases hold it (<see cref="StoredTime"/>).</summary>
    public ListPlace ToStored(TaskSort sort) => this with
    {
        First = sort == TaskSort.Priority ? First : First - DateTimeOffset.UnixEpoch.Ticks,
        CreatedAt = CreatedAt - DateTimeOffset.UnixEpoch.Ticks,
    };

    /// <summary>Below zero where this one comes first.</summary>
    public int CompareTo(ListPlace other, bool ascending)
    {
        var order = other.First.CompareTo(First);
        order = order != 0 ? order : other.CreatedAt.CompareTo(CreatedAt);
        order = order != 0 ? order : string.CompareOrdinal(TaskId, other.TaskId);
        return ascending ? -order : order;
    }
}

/// <summary>The order of the list that a query asks for.</summary>
internal sealed class ListOrder(TaskQuery query) : IComparer<TaskSummary>
{
    public int Compare(TaskSummary? x, TaskSummary? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return ListPlace.Of(x, query.Sort).CompareTo(ListPlace.Of(y, query.Sort), query.Ascending);
    }
}

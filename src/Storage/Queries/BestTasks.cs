using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Queries;

/// <summary>Picks the tasks of one page out of any number that come in any order; it holds no more of them than the page.</summary>
internal sealed class BestTasks(TaskQuery query)
{
    private readonly TaskFilter _filter = new(query);
    private readonly ListPlace? _after = PageToken.Parse(query);
    private readonly SortedSet<TaskSummary> _best = new(new ListOrder(query));

    public void Consider(TaskSummary task)
    {
        if (!_filter.Matches(task) || (_after is { } place && place.CompareTo(ListPlace.Of(task, query.Sort), query.Ascending) >= 0))
        {
            return;
        }

        _best.Add(task);
        if (_best.Count > query.PageSize + 1)
        {
            _best.Remove(_best.Max!);
        }
    }

    /// <param name="unreadable">The ids of tasks of which nothing else is known: the first page tells of all that have the prefix.</param>
    public TaskPage ToPage(IEnumerable<string> unreadable)
    {
        var page = new PageBuilder(query);
        if (query.After is null)
        {
            foreach (var taskId in unreadable.Where(_filter.HasPrefix).Order(StringComparer.Ordinal))
            {
                page.LeaveOut(taskId);
            }
        }

        foreach (var task in _best)
        {
            page.Add(task);
        }

        return page.ToPage();
    }
}

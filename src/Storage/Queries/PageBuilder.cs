using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Queries;

/// <summary>Makes a page out of what a store finds in the order of the list: what the page holds and, if there is one, a task after it.</summary>
internal sealed class PageBuilder(TaskQuery query)
{
    private readonly List<TaskSummary> _found = [];
    private readonly Unreadable _here = new();
    private readonly Unreadable _after = new();

    /// <summary>Whether nothing more need be looked for.</summary>
    public bool IsFull => _found.Count > query.PageSize;

    public void Add(TaskSummary task) => _found.Add(task);

    /// <summary>Next comes a task whose record cannot be read.</summary>
    /// <param name="taskId">What the store calls it; it is counted even where that is no id.</param>
    public void LeaveOut(string? taskId) => (_found.Count < query.PageSize ? _here : _after).Add(taskId);

    public TaskPage ToPage()
    {
        if (!IsFull)
        {
            // There is no later page on which the others could be told.
            _here.Add(_after);
            return Page(null);
        }

        _found.RemoveRange(query.PageSize, _found.Count - query.PageSize);
        return Page(PageToken.Of(query, _found[^1]));
    }

    private TaskPage Page(string? next) =>
        new([.. _found], next) { Unreadable = _here.Count, UnreadableIds = _here.Count == 0 ? null : [.. _here.Ids] };

    private sealed class Unreadable
    {
        public int Count { get; private set; }

        public List<TaskId> Ids { get; } = [];

        public void Add(string? taskId)
        {
            Count++;
            if (Ids.Count < TaskPage.MaxUnreadableIds && TaskId.TryParse(taskId, out var id, out _))
            {
                Ids.Add(id);
            }
        }

        public void Add(Unreadable others)
        {
            Count += others.Count;
            Ids.AddRange(others.Ids.Take(TaskPage.MaxUnreadableIds - Ids.Count));
        }
    }
}

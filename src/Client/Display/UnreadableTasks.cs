using VideoGen.Tasks.Queries;

namespace VideoGen.Client.Display;

/// <summary>What people are told of tasks that a list leaves out.</summary>
public static class UnreadableTasks
{
    /// <summary><c>2 tasks are left out, since their records cannot be read: a, b</c>; null when none is.</summary>
    public static string? Of(TaskPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (page.Unreadable == 0)
        {
            return null;
        }

        var ids = page.UnreadableIds ?? [];
        var more = page.Unreadable > ids.Length && !ids.IsEmpty ? $" and {page.Unreadable - ids.Length} more" : "";
        var what = page.Unreadable == 1 ? "1 task is left out, since its record" : $"{page.Unreadable} tasks are left out, since their records";
        return $"{what} cannot be read{(ids.IsEmpty ? "" : ": ")}{string.Join(", ", ids)}{more}";
    }
}

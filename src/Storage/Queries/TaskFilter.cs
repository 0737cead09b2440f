using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Queries;

/// <summary>The conditions of a query, for summaries in memory. It says which tasks a list shows: a store's own search finds the same.</summary>
internal sealed class TaskFilter(TaskQuery query)
{
    private readonly ImmutableArray<RunStatus> _statuses = TaskQueries.StatusesOf(query);
    private readonly ImmutableArray<KeyValuePair<string, string>> _labels = query.AllLabels();
    private readonly string? _error = query.Error is { } text ? ErrorText.Fold(text) : null;

    public bool Matches(TaskSummary task) =>
        !task.Deleted
        && (_statuses.IsEmpty || _statuses.Contains(task.Status))
        && (query.Pipeline is null || query.Pipeline == task.Pipeline)
        && HasPrefix(task.TaskId.Value)
        && _labels.All(label => task.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && !(task.CreatedAt < query.CreatedAfter) && !(task.CreatedAt >= query.CreatedBefore)
        && !(task.UpdatedAt < query.UpdatedAfter) && !(task.UpdatedAt >= query.UpdatedBefore)
        && (_error is null || task.Errors?.Contains(_error, StringComparison.Ordinal) == true);

    public bool HasPrefix(string taskId) => query.IdPrefix is null || taskId.StartsWith(query.IdPrefix, StringComparison.Ordinal);
}

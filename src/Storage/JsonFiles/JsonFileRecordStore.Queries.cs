using System.Collections.Immutable;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;
using VideoGen.Storage.Index;

namespace VideoGen.Storage.JsonFiles;

/// <summary>Lists, from the summaries in memory.</summary>
internal sealed partial class JsonFileRecordStore
{
    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        var after = PageToken.Parse(query.After);
        var found = Matching(query)
            .Where(summary => after is not { } token || token.IsBefore(summary))
            .OrderByDescending(summary => summary.CreatedAt)
            .ThenBy(summary => summary.TaskId.Value, StringComparer.Ordinal)
            .Take(query.PageSize + 1);
        return Task.FromResult(TaskQueries.ToPage(query, [.. found]));
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        TaskQueries.Check(query);
        return Task.FromResult(new TaskCounts(Matching(query).CountBy(summary => summary.Status).ToImmutableSortedDictionary(count => count.Key, count => (long)count.Value)));
    }

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(Summaries()
            .Where(summary => summary.Owed && summary.UpdatedAt <= untouchedSince)
            .OrderBy(summary => summary.UpdatedAt)
            .Take(limit)
            .Select(summary => summary.TaskId)
            .ToImmutableArray());

    private IEnumerable<TaskSummary> Summaries()
    {
        Folder();
        return _tasks.Values.Select(task => task.Summary).OfType<TaskSummary>();
    }

    private IEnumerable<TaskSummary> Matching(TaskQuery query)
    {
        var statuses = TaskQueries.StatusesOf(query);
        return Summaries().Where(summary =>
            !summary.Deleted
            && (statuses.IsEmpty || statuses.Contains(summary.Status))
            && (query.Pipeline is null || query.Pipeline == summary.Pipeline)
            && (query.IdPrefix is null || summary.TaskId.Value.StartsWith(query.IdPrefix, StringComparison.Ordinal))
            && (query.Label is not { } label || (summary.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));
    }
}

using System.Collections.Immutable;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.JsonFiles;

/// <summary>Lists, from the summaries in memory.</summary>
internal sealed partial class JsonFileRecordStore
{
    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => Task.FromResult(SummaryLists.Page(Summaries(), query));

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.Count(Summaries(), query));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.FindOwed(Summaries(), untouchedSince, limit));

    private IEnumerable<TaskSummary> Summaries()
    {
        Folder();
        return _tasks.Values.Select(task => task.Summary).OfType<TaskSummary>();
    }
}

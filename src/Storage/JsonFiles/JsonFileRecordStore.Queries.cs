using System.Collections.Immutable;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.JsonFiles;

/// <summary>Lists and queues, from the summaries and schedules in memory.</summary>
internal sealed partial class JsonFileRecordStore
{
    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => Task.FromResult(
        SummaryLists.Page(Summaries(), _tasks.Where(task => task.Value.Damage is not null).Select(task => task.Key), query));

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.Count(Summaries(), query));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.FindOwed(Summaries(), untouchedSince, limit));

    public bool KeepsSchedules => true;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(ReadyPage.Of(Files().SelectMany(task => task.Schedule.Ready), query));

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        Task.FromResult(ReadyCount.Of(Files().SelectMany(task => task.Schedule.Ready), queue));

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(ImmutableArray.CreateRange(
            Files().Where(task => task.Schedule.NextDue <= now).OrderBy(task => task.Schedule.NextDue).Take(limit).Select(task => task.Summary!.TaskId)));

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(ImmutableArray.CreateRange(Files().SelectMany(task => task.Schedule.Held).Where(holder => holder.Limit == limit)));

    private IEnumerable<TaskFile> Files()
    {
        Folder();
        return _tasks.Values;
    }

    private IEnumerable<TaskSummary> Summaries() => Files().Select(task => task.Summary).OfType<TaskSummary>();
}

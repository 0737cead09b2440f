using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>
/// A store in memory that keeps bytes, so that nothing is shared with a grain, and that refuses a write under an ETag that is not the record's.
/// </summary>
internal sealed class MemoryTaskStore(TimeProvider time) : IGrainStorage, ITaskIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Record> _records = [];
    private long _etags;

    /// <summary>Called before each write of that task; what it throws is the outcome.</summary>
    public ConcurrentDictionary<string, Func<Task>> BeforeWrite { get; } = [];

    /// <summary>Called after each write of that task that was stored; what it throws hides that it was.</summary>
    public ConcurrentDictionary<string, Func<Task>> AfterWrite { get; } = [];

    /// <summary>Called before each read of that task; what it throws is the outcome.</summary>
    public ConcurrentDictionary<string, Func<Task>> BeforeRead { get; } = [];

    /// <summary>Called before each query for task ids with that beginning; what it throws is the outcome.</summary>
    public ConcurrentDictionary<string, Func<Task>> BeforeQuery { get; } = [];

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        await (BeforeRead.GetValueOrDefault(grainId.Key.ToString()!)?.Invoke() ?? Task.CompletedTask);
        lock (_lock)
        {
            if (_records.TryGetValue(grainId.Key.ToString()!, out var record))
            {
                ((IIndexedDocument)grainState.State!).Load(record.Json);
                grainState.ETag = record.ETag;
                grainState.RecordExists = true;
            }
            else
            {
                grainState.ETag = null;
                grainState.RecordExists = false;
            }
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        await (BeforeWrite.GetValueOrDefault(key)?.Invoke() ?? Task.CompletedTask);
        var document = (IIndexedDocument)grainState.State!;
        lock (_lock)
        {
            var stored = _records.GetValueOrDefault(key);
            if (stored?.ETag != grainState.ETag)
            {
                throw new InconsistentStateException($"Record {key} is not at that ETag.", stored?.ETag ?? "", grainState.ETag ?? "");
            }

            var etag = $"e{++_etags}";
            _records[key] = new Record(document.ToUtf8Json().ToArray(), etag, document.GetSummary(time.GetUtcNow()), document.GetSchedule());
            grainState.ETag = etag;
            grainState.RecordExists = true;
        }

        await (AfterWrite.GetValueOrDefault(key)?.Invoke() ?? Task.CompletedTask);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    /// <summary>Replaces the record by other bytes, as somebody with an editor would.</summary>
    public void Damage(TaskId task)
    {
        lock (_lock)
        {
            var summary = new TaskSummary { TaskId = task, Status = RunStatus.Pending, CreatedAt = default, UpdatedAt = default, Version = 1 };
            _records[task.Value] = new Record("{\"task\":"u8.ToArray(), $"e{++_etags}", summary, TaskSchedule.Nothing);
        }
    }

    public async Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        await (BeforeQuery.GetValueOrDefault(query.IdPrefix ?? "")?.Invoke() ?? Task.CompletedTask);
        lock (_lock)
        {
            var from = query.After is null ? 0 : int.Parse(query.After, null);
            var all = Matching(query).OrderByDescending(task => task.CreatedAt).ThenBy(task => task.TaskId.Value, StringComparer.Ordinal).ToArray();
            var next = from + query.PageSize < all.Length ? $"{from + query.PageSize}" : null;
            return new TaskPage([.. all.Skip(from).Take(query.PageSize)], next);
        }
    }

    public async Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        await (BeforeQuery.GetValueOrDefault(query.IdPrefix ?? "")?.Invoke() ?? Task.CompletedTask);
        lock (_lock)
        {
            return new TaskCounts(Matching(query).GroupBy(task => task.Status).ToImmutableSortedDictionary(group => group.Key, group => group.LongCount()));
        }
    }

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(
                _records.Values.Select(record => record.Summary).Where(task => task is { Owed: true, Deleted: false } && task.UpdatedAt <= untouchedSince)
                .OrderBy(task => task.UpdatedAt).Take(limit).Select(task => task.TaskId).ToImmutableArray());
        }
    }

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(0);

    public bool KeepsSchedules => true;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(ReadyPage.Of(_records.Values.SelectMany(record => record.Schedule.Ready), query));
        }
    }

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(ReadyCount.Of(_records.Values.SelectMany(record => record.Schedule.Ready), queue));
        }
    }

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(
                _records.Values.Where(record => record.Schedule.NextDue <= now)
                    .OrderBy(record => record.Schedule.NextDue).Take(limit).Select(record => record.Summary.TaskId).ToImmutableArray());
        }
    }

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(_records.Values.SelectMany(record => record.Schedule.Held).Where(holder => holder.Limit == limit).ToImmutableArray());
        }
    }

    private IEnumerable<TaskSummary> Matching(TaskQuery query) => _records.Values.Select(record => record.Summary).Where(task =>
        !task.Deleted
        && (query.Statuses.IsEmpty || query.Statuses.Contains(task.Status))
        && (query.IdPrefix is null || task.TaskId.Value.StartsWith(query.IdPrefix, StringComparison.Ordinal)));

    private sealed record Record(byte[] Json, string ETag, TaskSummary Summary, TaskSchedule Schedule);
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

namespace VideoGen.Silo.Tests;

internal sealed class MemoryTaskStore : IGrainStorage, ITaskIndex
{
    private readonly ConcurrentDictionary<string, (byte[] Json, string ETag, TaskSummary Summary)> _records = new();
    private long _etag;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_records.TryGetValue(grainId.Key.ToString()!, out var r))
        {
            var d = new TaskDocument();
            d.Load(r.Json);
            grainState.State = (T)(object)d;
            grainState.ETag = r.ETag;
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var d = (TaskDocument)(object)grainState.State!;
        var e = $"{Interlocked.Increment(ref _etag)}";
        _records[grainId.Key.ToString()!] = (d.ToUtf8Json().ToArray(), e, d.GetSummary(DateTimeOffset.UtcNow));
        grainState.ETag = e;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        var all = Match(query).OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.TaskId.Value, StringComparer.Ordinal).ToList();
        var skip = query.After is null ? 0 : int.Parse(query.After);
        return Task.FromResult(new TaskPage([.. all.Skip(skip).Take(query.PageSize)], all.Count > skip + query.PageSize ? $"{skip + query.PageSize}" : null));
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TaskCounts(Match(query).GroupBy(s => s.Status).ToImmutableSortedDictionary(g => g.Key, g => (long)g.Count())));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) => Task.FromResult(ImmutableArray<TaskId>.Empty);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(0);

    private IEnumerable<TaskSummary> Match(TaskQuery q) => _records.Values.Select(r => r.Summary).Where(s => !s.Deleted
        && (q.Statuses.IsEmpty || q.Statuses.Contains(s.Status)) && (q.IdPrefix is null || s.TaskId.Value.StartsWith(q.IdPrefix, StringComparison.Ordinal)));
}

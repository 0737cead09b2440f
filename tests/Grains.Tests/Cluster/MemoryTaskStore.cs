using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Settings;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Grain storage in memory that clones, compares ETags, takes a little time, and answers queries on what it holds.</summary>
internal sealed class MemoryTaskStore(TimeProvider time) : IGrainStorage, ITaskIndex
{
    private readonly ConcurrentDictionary<string, (byte[] Json, string ETag)> _records = [];
    private readonly Dictionary<string, (SettingsDocument State, string? ETag)> _settings = [];
    private long _writes;

    public long Writes => Interlocked.Read(ref _writes);

    public int Count => _records.Count;

    /// <summary>Called with the key of each record before it is written, on the thread of the writer.</summary>
    public Action<string> Writing { get; set; } = static _ => { };

    /// <summary>Called with the name of each record of the cluster's own before it is read.</summary>
    public Func<string, Task> ReadingSettings { get; set; } = static _ => Task.CompletedTask;

    public void Seed(TaskDocument document) => _records[document.Commit.TaskId] = (document.ToUtf8Json().ToArray(), "seeded");

    /// <summary>What is stored of a task; null for nothing.</summary>
    public TaskDocument? Read(string task)
    {
        if (!_records.TryGetValue(task, out var record))
        {
            return null;
        }

        var document = new TaskDocument();
        document.Load(record.Json);
        return document;
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is GrainState<SettingsDocument> settings)
        {
            await ReadingSettings(stateName);
            lock (_records)
            {
                (settings.State, settings.ETag) = _settings.GetValueOrDefault(stateName, (new SettingsDocument(), null));
            }

            settings.RecordExists = settings.ETag is not null;
            return;
        }

        var document = new TaskDocument();
        if (_records.TryGetValue(grainId.Key.ToString()!, out var record))
        {
            document.Load(record.Json);
            grainState.ETag = record.ETag;
            grainState.RecordExists = true;
        }

        grainState.State = (T)(object)document;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is GrainState<SettingsDocument> settings)
        {
            lock (_records)
            {
                var present = _settings.GetValueOrDefault(stateName).ETag;
                _settings[stateName] = settings.ETag == present
                    ? (settings.State!, $"s{Interlocked.Increment(ref _writes)}")
                    : throw new InconsistentStateException("The settings have another ETag.", present, settings.ETag);
            }

            return;
        }

        var key = grainId.Key.ToString()!;
        Writing(key);
        await Task.Delay(2);
        var next = (((TaskDocument)(object)grainState.State!).ToUtf8Json().ToArray(), ETag: $"e{Interlocked.Increment(ref _writes)}");
        lock (_records)
        {
            _records.TryGetValue(key, out var present);
            if (present.ETag != grainState.ETag)
            {
                throw new InconsistentStateException("The record has another ETag.", present.ETag, grainState.ETag);
            }

            _records[key] = next;
        }

        grainState.ETag = next.ETag;
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException("Tasks are never cleared.");

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        var start = query.After is null ? 0 : int.Parse(query.After, null);
        var all = Summaries()
            .Where(task => query.Statuses.IsEmpty || query.Statuses.Contains(task.Status))
            .OrderBy(task => task.TaskId.Value, StringComparer.Ordinal)
            .ToList();
        var page = all.Skip(start).Take(query.PageSize).ToImmutableArray();
        return Task.FromResult(new TaskPage(page, start + page.Length < all.Count ? $"{start + page.Length}" : null));
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TaskCounts(Summaries().GroupBy(task => task.Status).ToImmutableSortedDictionary(group => group.Key, group => group.LongCount())));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(Summaries().Where(task => task.Owed).Take(limit).Select(task => task.TaskId).ToImmutableArray());

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(0);

    /// <summary>False to stand for a store that keeps no schedules.</summary>
    public bool KeepsSchedules { get; set; } = true;

    public Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(ReadyPage.Of(Documents().SelectMany(document => document.GetSchedule().Ready), query));

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        Task.FromResult(ReadyCount.Of(Documents().SelectMany(document => document.GetSchedule().Ready), queue));

    public Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            Documents()
                .Where(document => document.GetSchedule().NextDue <= now)
                .OrderBy(document => document.GetSchedule().NextDue)
                .Take(limit)
                .Select(document => TaskId.Parse(document.Commit.TaskId))
                .ToImmutableArray());

    public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(Documents().SelectMany(document => document.GetSchedule().Held).Where(holder => holder.Limit == limit).ToImmutableArray());

    private IEnumerable<TaskSummary> Summaries() => Documents().Select(document => document.GetSummary(time.GetUtcNow())).Where(task => !task.Deleted);

    private IEnumerable<TaskDocument> Documents() => _records.Values.Select(record =>
    {
        var document = new TaskDocument();
        document.Load(record.Json);
        return document;
    });
}

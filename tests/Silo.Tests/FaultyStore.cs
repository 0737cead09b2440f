using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>A store that holds no task, and fails for as long as a test says so.</summary>
internal sealed class FaultyStore : IGrainStorage, ITaskIndex
{
    private volatile Func<Exception>? _failure;

    /// <summary>Makes what each call throws; null when the store answers.</summary>
    public Func<Exception>? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>Whether the store keeps a list of tasks; without one, only a task by its id can be asked for.</summary>
    public bool HasList { get; set; } = true;

    public void Register(WebApplicationBuilder builder)
    {
        // The failures are the test's own; a task need not insist for long.
        builder.Logging.ClearProviders();
        builder.Services.Configure<CommitOptions>(commits => commits.MaxAttempts = 2);
        builder.Services.AddKeyedSingleton<IGrainStorage>("tasks", this);
        builder.Services.AddSingleton<ITaskIndex>(this);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Answer(true);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => FromList(new TaskPage([], null));

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        FromList(new TaskCounts(ImmutableSortedDictionary<RunStatus, long>.Empty));

    public Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) =>
        FromList(ImmutableArray<ReadyCount>.Empty);

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Answer(ImmutableArray<TaskId>.Empty);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Answer(0);

    private Task<T> FromList<T>(T answer) => HasList ? Answer(answer) : throw new NotSupportedException("This store keeps no list of tasks.");

    private Task<T> Answer<T>(T answer) => _failure is { } failure ? Task.FromException<T>(failure()) : Task.FromResult(answer);
}

using System.Collections.Immutable;

namespace VideoGen.Tasks.Queries;

/// <summary>Queries over the stored summaries.</summary>
public interface ITaskQueries
{
    /// <exception cref="ArgumentException">The query is out of bounds or its page token is not one of ours; the message says which.</exception>
    /// <exception cref="NotSupportedException">The store keeps no list of tasks; the message says what to use instead.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default);

    /// <summary>The same conditions as those of a query; paging is ignored.</summary>
    Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default);

    /// <summary>Tasks that the cluster owes work and that were not written since, the longest untouched first.</summary>
    Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default);
}

/// <summary>The summaries as a storage backend provides them: silos reach it directly, clients through <see cref="ITaskIndexGrain"/>.</summary>
public interface ITaskIndex : ITaskQueries
{
    /// <summary>Forgets records of tasks that were deleted before then. Returns how many.</summary>
    Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default);
}

/// <summary>The index for clients: no client needs the storage's credentials. Any activation will do; use key 0.</summary>
[Alias("VideoGen.ITaskIndexGrain"), GrainInterfaceType("VideoGen.ITaskIndexGrain")]
public interface ITaskIndexGrain : IGrainWithIntegerKey
{
    /// <inheritdoc cref="ITaskQueries.QueryAsync"/>
    [Alias("Query")]
    Task<TaskPage> QueryAsync(TaskQuery query);

    /// <inheritdoc cref="ITaskQueries.CountAsync"/>
    [Alias("Count")]
    Task<TaskCounts> CountAsync(TaskQuery query);
}

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

    /// <summary>
    /// Whether the store keeps the schedule of each task. Without it, nothing wakes a task that is not in memory, and a task offers its stages itself
    /// for as long as it is.
    /// </summary>
    bool KeepsSchedules => false;

    /// <summary>The best stages of a queue that wait for a worker.</summary>
    /// <exception cref="ArgumentException">The query is out of bounds; the message says which.</exception>
    /// <exception cref="NotSupportedException">The store keeps no schedules.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    Task<ReadyPage> FindReadyAsync(ReadyQuery query, CancellationToken cancellationToken = default) => throw NoSchedules();

    /// <summary>Waiting stages of one queue or, without a name, of all, by what a worker must be able to do.</summary>
    /// <exception cref="NotSupportedException">The store keeps no schedules.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    Task<ImmutableArray<ReadyCount>> CountReadyAsync(string? queue, CancellationToken cancellationToken = default) => throw NoSchedules();

    /// <summary>Tasks that time alone has changed, or will have by then; those that are due longest come first.</summary>
    /// <exception cref="NotSupportedException">The store keeps no schedules.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    Task<ImmutableArray<TaskId>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken = default) => throw NoSchedules();

    /// <summary>Stages at work that count against the limit.</summary>
    /// <exception cref="NotSupportedException">The store keeps no schedules.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) => throw NoSchedules();

    private static NotSupportedException NoSchedules() => new("The store keeps no schedules of tasks: each task looks after itself while it is in memory.");
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

    /// <summary>
    /// The same for queries that silos of an older program would answer as if they asked for less (<see cref="TaskQuery.IsKnownToFormerSilos"/>): such a silo
    /// does not know this call, and says so.
    /// </summary>
    /// <inheritdoc cref="ITaskQueries.QueryAsync"/>
    [Alias("Find")]
    Task<TaskPage> FindAsync(TaskQuery query);

    /// <inheritdoc cref="FindAsync"/>
    [Alias("CountFound")]
    Task<TaskCounts> CountFoundAsync(TaskQuery query);

    /// <summary>How many stages wait in one queue or, without a name, in each.</summary>
    /// <exception cref="ArgumentException">That is no name of a queue; the message says why.</exception>
    /// <exception cref="NotSupportedException">The store keeps no schedules.</exception>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    [Alias("CountWaiting")]
    Task<QueueCounts> CountWaitingAsync(string? queue);
}

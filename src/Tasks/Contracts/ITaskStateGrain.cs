using Orleans.Concurrency;

namespace VideoGen.Tasks.Contracts;

/// <summary>
/// One task; the key is its <see cref="TaskId"/>. Every change goes through <see cref="ExecuteAsync"/>, which answers only when the change is
/// durable (T1); every read returns only what is durable (T4).
/// </summary>
/// <remarks>
/// Errors other than refusals come as exceptions: <see cref="TaskConflictException"/> when other writers won too often, and
/// <see cref="TaskStorageException"/> when the outcome of a write could not be learned. Send the same operation id again after either.
/// </remarks>
[Alias("VideoGen.ITaskStateGrain"), GrainInterfaceType("VideoGen.ITaskStateGrain")]
public interface ITaskStateGrain : IGrainWithStringKey
{
    /// <summary>Does what the command says, once for each operation id (T2).</summary>
    [Alias("Execute")]
    Task<TaskReply> ExecuteAsync(OperationId operation, TaskCommand command);

    /// <summary>The last durable state, or null when there is no such task. It never waits for a write.</summary>
    [AlwaysInterleave, Alias("Read")]
    Task<TaskSnapshot?> ReadAsync();

    /// <summary>
    /// The present state if it is newer than <paramref name="afterVersion"/>, and then each newer one; a slow reader gets the newest and misses those
    /// between. It ends after the state of a finished task, and when the task is deleted.
    /// </summary>
    [AlwaysInterleave, Alias("Watch")]
    IAsyncEnumerable<TaskSnapshot> WatchAsync(long afterVersion, CancellationToken cancellationToken = default);

    /// <summary>Wakes the task up, so that it goes on with whatever it owes (T9).</summary>
    [AlwaysInterleave, OneWay, Alias("Poke")]
    Task PokeAsync();
}

using System.Collections.Immutable;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Running;

/// <summary>A cluster as its operators see it: workers, queues and limits; through grain references, or over HTTP.</summary>
internal interface IOperatedCluster : IAsyncDisposable
{
    /// <summary>The workers that are alive. None has the incarnation that it keeps to itself, but what readers see of it.</summary>
    Task<ImmutableArray<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken);

    /// <summary>How many workers of that name were told to take nothing more.</summary>
    Task<int> DrainAsync(string worker, CancellationToken cancellationToken);

    Task<QueueList> ListQueuesAsync(CancellationToken cancellationToken);

    Task<QueueStanding> ReadQueueAsync(string queue, CancellationToken cancellationToken);

    Task<QueuePause> PauseQueueAsync(string queue, string reason, DateTimeOffset? until, CancellationToken cancellationToken);

    /// <summary>Whether it was paused.</summary>
    Task<bool> ResumeQueueAsync(string queue, CancellationToken cancellationToken);

    /// <param name="queue">Its name.</param>
    /// <param name="most">Stages that may wait in it; null for the usual number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task BoundQueueAsync(string queue, int? most, CancellationToken cancellationToken);

    /// <summary>Each with its definition.</summary>
    Task<ImmutableArray<LimitStatus>> ListLimitsAsync(CancellationToken cancellationToken);

    Task SetLimitAsync(LimitDefinition limit, CancellationToken cancellationToken);

    /// <summary>Whether there was one.</summary>
    Task<bool> RemoveLimitAsync(string limit, CancellationToken cancellationToken);
}

/// <summary>How a queue stands.</summary>
/// <param name="Waiting">Stages that wait in it.</param>
/// <param name="HasMore">Whether more wait than were counted.</param>
/// <param name="WaitingCalls">Calls of workers that wait for a stage.</param>
/// <param name="Pause">Null when it is open.</param>
internal sealed record QueueStanding(long Waiting, bool HasMore, int WaitingCalls, QueuePause? Pause);

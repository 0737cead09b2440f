using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

namespace VideoGen.Client.Tasks;

/// <summary>
/// Tasks as a process outside (or beside) the silo sees them. Every command gets its operation id once and is sent again under it until the cluster
/// answers or <see cref="RetryWindow"/> is over, so a lost answer never means a lost or doubled effect (T2).
/// </summary>
public sealed partial class PipelineClient(IGrainFactory grains, TimeProvider time, ILogger<PipelineClient> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(3);

    /// <summary>How long a command is tried. It is shorter than the time for which a task remembers operations.</summary>
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Sends a command, and again for as long as its outcome is unknown.</summary>
    /// <exception cref="TaskStorageException">The outcome is still unknown at the end of the window.</exception>
    /// <exception cref="TaskConflictException">Other writers won throughout the window; nothing of the command was stored.</exception>
    public async Task<TaskReply> ExecuteAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken = default)
    {
        var operation = OperationId.Create(time);
        var sent = 0;
        while (true)
        {
            var reply = await RetryAsync(
                () =>
                {
                    sent++;
                    return Grain(task).ExecuteAsync(operation, command);
                },
                task,
                cancellationToken).ConfigureAwait(false);

            // An id that is refused as forgotten although it was sent only once was never applied: a clock that lags behind made it. A newer one may go.
            if (reply.Reason != RefusalReason.OperationExpired || sent > 1)
            {
                return reply;
            }

            operation = OperationId.Create(time, reply.OperationFloor);
            sent = 0;
        }
    }

    /// <summary>The last durable state, or null when there is no such task.</summary>
    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken = default) =>
        RetryAsync(() => Grain(task).ReadAsync(), task, cancellationToken);

    /// <summary>
    /// The state, and each newer one until the task is finished or deleted. It goes on over the death of a silo; a slow reader gets the newest state and misses
    /// those between.
    /// </summary>
    public async IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, long afterVersion = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = afterVersion;
        var delay = FirstDelay;
        while (true)
        {
            await using var versions = Grain(task).WatchAsync(seen, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await versions.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (Exception exception) when (IsTransient(exception) && !cancellationToken.IsCancellationRequested)
                {
                    LogWatchInterrupted(task, exception.Message);
                    break;
                }

                delay = FirstDelay;
                seen = versions.Current.Version;
                yield return versions.Current;
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }

    public Task<TaskPage> ListAsync(TaskQuery query) => grains.GetGrain<ITaskIndexGrain>(0).QueryAsync(query);

    public Task<TaskCounts> CountAsync(TaskQuery query) => grains.GetGrain<ITaskIndexGrain>(0).CountAsync(query);

    private ITaskStateGrain Grain(TaskId task) => grains.GetGrain<ITaskStateGrain>(task.Value);

    private async Task<T> RetryAsync<T>(Func<Task<T>> call, TaskId task, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsTransient(exception) && time.GetElapsedTime(started) < RetryWindow)
            {
                LogCallRepeated(task, exception.Message);
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }

    /// <summary>Whether the cluster may answer the same call later: the outcome is unknown, or there was none.</summary>
    private static bool IsTransient(Exception exception) =>
        exception is TaskStorageException or TaskConflictException or TimeoutException or OrleansException or System.Net.Sockets.SocketException or EnumerationAbortedException;

    [LoggerMessage(1, LogLevel.Debug, "Task {Task}: a call is repeated ({Problem}).")]
    private partial void LogCallRepeated(TaskId task, string problem);

    [LoggerMessage(2, LogLevel.Debug, "Task {Task}: watching was interrupted ({Problem}) and goes on.")]
    private partial void LogWatchInterrupted(TaskId task, string problem);
}

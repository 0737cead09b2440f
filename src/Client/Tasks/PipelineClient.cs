using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Client.Tasks;

/// <summary>
/// Tasks as a process outside (or beside) the silo sees them. Every command gets its operation id once and is sent again under it until the cluster
/// answers or <see cref="RetryWindow"/> is over, so a lost answer never means a lost or doubled effect (T2).
/// </summary>
/// <remarks>
/// What a task refuses comes back as a <see cref="TaskReply"/>. Exceptions mean that the cluster did not answer in time: then the outcome is unknown.
/// </remarks>
public sealed partial class PipelineClient(IGrainFactory grains, TimeProvider time, ILogger<PipelineClient> logger)
{
    /// <summary>The waits between the attempts of a call, and between those to follow a task.</summary>
    internal static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    private readonly ClusterClock _clock = new(time);
    private readonly GrainReferences<ITaskStateGrain> _references = new(grains);

    /// <summary>How long a command is tried. It is shorter than the time for which a task remembers operations.</summary>
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long one answer is waited for before the call is sent again. A call that went to a silo which then died gets no answer at all, and Orleans would
    /// say so only after half a minute; the operation id makes it safe not to wait for that.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Draws how long the waits between attempts are.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Creates the task, or finds the one that the same content created before. Other content under the same id is refused as a conflict.</summary>
    /// <exception cref="QueueFullException">A queue of the task takes no new ones now.</exception>
    public async Task<TaskReply> CreateAsync(CreateTask create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        var (span, traced) = StageTelemetry.Begin(create);
        using var creation = span;
        var reply = await ExecuteAsync(create.TaskId, traced, cancellationToken).ConfigureAwait(false);
        return reply is { Reason: RefusalReason.QueueFull, RetryAfter: { } wait } ? throw new QueueFullException(reply.Message!, wait) : reply;
    }

    /// <summary>Cancels a task that is not finished; a finished one stays as it is.</summary>
    public Task<TaskReply> CancelAsync(TaskId task, CancellationToken cancellationToken = default) => ExecuteAsync(task, new CancelTask(), cancellationToken);

    /// <summary>Starts nothing more of the task; stages at work are given back.</summary>
    public Task<TaskReply> PauseAsync(TaskId task, CancellationToken cancellationToken = default) => ExecuteAsync(task, new PauseTask(), cancellationToken);

    /// <summary>Goes on with a paused task; also reopens a failed or cancelled one.</summary>
    public Task<TaskReply> ResumeAsync(TaskId task, CancellationToken cancellationToken = default) => ExecuteAsync(task, new ResumeTask(), cancellationToken);

    /// <summary>Does the failed and cancelled stages of a finished task again; completed stages keep what they made.</summary>
    public Task<TaskReply> RetryAsync(TaskId task, CancellationToken cancellationToken = default) => ExecuteAsync(task, new RetryTask(), cancellationToken);

    /// <summary>
    /// Does the named stages again, completed or not, with everything that depends on them; also in a task that is completed or at work.
    /// </summary>
    public Task<TaskReply> RetryAsync(TaskId task, ImmutableArray<StageName> stages, CancellationToken cancellationToken = default) =>
        ExecuteAsync(task, new RetryTask { Stages = stages }, cancellationToken);

    /// <summary>Skips the delay before the next attempt of the stage, or of all stages that wait for one.</summary>
    public Task<TaskReply> StartNowAsync(TaskId task, StageName? stage = null, CancellationToken cancellationToken = default) =>
        ExecuteAsync(task, new StartNow(stage), cancellationToken);

    /// <summary>Ends a stage that is not critical as skipped, so that what depends on it goes on without it.</summary>
    public Task<TaskReply> SkipAsync(TaskId task, StageName stage, string? reason = null, CancellationToken cancellationToken = default) =>
        ExecuteAsync(task, new SkipStage(stage, reason), cancellationToken);

    /// <summary>Gives an unfinished task another place in the queues.</summary>
    public Task<TaskReply> ChangePriorityAsync(TaskId task, int priority, CancellationToken cancellationToken = default) =>
        ExecuteAsync(task, new ChangePriority(priority), cancellationToken);

    /// <summary>Deletes a task that is not at work. Unchanged when there is none.</summary>
    public Task<TaskReply> DeleteAsync(TaskId task, CancellationToken cancellationToken = default) => ExecuteAsync(task, new DeleteTask(), cancellationToken);

    /// <summary>Sends a command, and again for as long as its outcome is unknown or the task is too busy for it.</summary>
    /// <exception cref="TaskStorageException">The outcome is still unknown at the end of the window.</exception>
    /// <exception cref="TaskConflictException">Other writers won throughout the window; nothing of the command was stored.</exception>
    public async Task<TaskReply> ExecuteAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken = default)
    {
        var operation = OperationId.Create(_clock);
        var sent = 0;
        var hasLearned = false;
        while (true)
        {
            var reply = await PersistAsync(
                () =>
                {
                    sent++;
                    return Grain(task).ExecuteAsync(operation, command);
                },
                static reply => reply.Reason != RefusalReason.Busy,
                task.Value,
                cancellationToken).ConfigureAwait(false);

            // It was refused before anything was done, so the same command may go under an id of the right time.
            if (Learn(reply) && !hasLearned)
            {
                hasLearned = true;
                operation = OperationId.Create(_clock);
                sent = 0;
                continue;
            }

            // An id that is refused as forgotten although it was sent only once was never applied: a clock that lags behind made it. A newer one may go.
            if (reply.Reason != RefusalReason.OperationExpired || sent > 1)
            {
                return reply;
            }

            operation = OperationId.Create(_clock, reply.OperationFloor);
            sent = 0;
        }
    }

    /// <summary>
    /// Sends a command under an id that came with it, and again for as long as its outcome is unknown: whoever made the id may send it once more himself.
    /// </summary>
    internal Task<TaskReply> ExecuteAsync(TaskId task, OperationId operation, TaskCommand command, CancellationToken cancellationToken) =>
        PersistAsync(
            () => Grain(task).ExecuteAsync(operation, command), static reply => reply.Reason != RefusalReason.Busy, task.Value, cancellationToken);

    /// <summary>The last durable state, or null when there is no such task.</summary>
    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken = default) =>
        PersistAsync(() => grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task), static _ => true, task.Value, cancellationToken);

    /// <summary>Of each stage that waits, what it waits for: none of a finished task. Null when there is no such task.</summary>
    public Task<ImmutableArray<StageWait>?> ExplainAsync(TaskId task, CancellationToken cancellationToken = default) =>
        PersistAsync(() => grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(task), static _ => true, task.Value, cancellationToken);

    /// <summary>
    /// The state, and each newer one until the task is finished or deleted. It goes on over the death of a silo; a slow reader gets the newest state and misses
    /// those between. It ends at once when there is no such task.
    /// </summary>
    public IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, long afterVersion = 0, CancellationToken cancellationToken = default) =>
        WatchAsync(task, afterVersion, null, cancellationToken);

    /// <inheritdoc cref="WatchAsync(TaskId, long, CancellationToken)"/>
    /// <param name="task">Which one.</param>
    /// <param name="afterVersion">The version that the caller has already; 0 for none.</param>
    /// <param name="heard">Called with what keeps the task from being read, and with null when it is read again. On any thread; it must not throw.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    public IAsyncEnumerable<TaskSnapshot> WatchAsync(
        TaskId task, long afterVersion, Action<Exception?>? heard, CancellationToken cancellationToken = default) =>
        new TaskWatch(this, Grain(task), task, time, logger) { Heard = heard }.RunAsync(afterVersion, cancellationToken);

    /// <summary>Waits until the task is finished, and returns its last state; null when there is no such task, or not any more.</summary>
    public async Task<TaskState?> WaitAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        TaskSnapshot? last = null;
        await foreach (var snapshot in WatchAsync(task, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            last = snapshot;
        }

        return last?.ToState() is { } state && state.Status.IsFinished() ? state : null;
    }

    /// <exception cref="ArgumentException">The query is out of bounds; the message says how.</exception>
    /// <exception cref="NotSupportedException">The cluster's storage keeps no list of tasks.</exception>
    /// <exception cref="TaskStorageException">Storage did not answer throughout the window.</exception>
    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken = default) => PersistAsync(
        () => query.IsKnownToFormerSilos ? grains.GetGrain<ITaskIndexGrain>(0).QueryAsync(query) : grains.GetGrain<ITaskIndexGrain>(0).FindAsync(query),
        static _ => true,
        "the list of tasks",
        cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => PersistAsync(
        () => query.IsKnownToFormerSilos ? grains.GetGrain<ITaskIndexGrain>(0).CountAsync(query) : grains.GetGrain<ITaskIndexGrain>(0).CountFoundAsync(query),
        static _ => true,
        "the count of tasks",
        cancellationToken);

    /// <summary>Sends a command once. Null when no answer came in that time: then it may have been applied, or may be later.</summary>
    internal async Task<TaskReply?> TryExecuteAsync(TaskId task, TaskCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await Grain(task).ExecuteAsync(OperationId.Create(_clock), command).WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            Learn(reply);
            return reply;
        }
        catch (Exception exception) when (ClusterFailures.IsTransient(exception) && !cancellationToken.IsCancellationRequested)
        {
            LogCallRepeated(task.Value, exception.Message);
            return null;
        }
    }

    /// <summary>Whether the task says that this machine's clock is ahead. What follows from it is said once.</summary>
    private bool Learn(TaskReply reply)
    {
        if (reply.ClusterTime is not { } clusterTime)
        {
            return false;
        }

        if (_clock.Learn(clusterTime))
        {
            LogClockAhead(_clock.Lead);
        }

        return true;
    }

    private ITaskStateGrain Grain(TaskId task) => _references[task.Value];

    /// <summary>Calls until there is an answer that settles it, or the window is over: then the last answer, or the last exception, is the outcome.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> call, Func<T, bool> settles, string subject, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await call().WaitAsync(AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
                if (settles(answer) || time.GetElapsedTime(started) >= RetryWindow)
                {
                    return answer;
                }
            }
            catch (Exception exception) when (
                ClusterFailures.IsTransient(exception) && !cancellationToken.IsCancellationRequested && time.GetElapsedTime(started) < RetryWindow)
            {
                LogCallRepeated(subject, exception.Message);
            }

            await Retries.WaitAsync(attempt, Random, time, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "This machine's clock is {Lead} ahead of the cluster's. The cluster's time is taken for what is sent to it; set the clock right all the same.")]
    private partial void LogClockAhead(TimeSpan lead);

    [LoggerMessage(1, LogLevel.Debug, "{Subject}: a call got no answer that settles it ({Problem}).")]
    private partial void LogCallRepeated(string subject, string problem);
}

using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>
/// The commit loop of one task. It takes the commands that wait, folds them over the last durable document, writes the result once under the ETag that was last
/// read, and only then answers.
/// <list type="number">
/// <item>One write is in flight for a task, never two; what arrives meanwhile is the next batch.</item>
/// <item>Nobody sees a state before it is durable (T4), and nobody is answered before it is (T1).</item>
/// <item>Anything but a clean success is unknown until the record was read back (<see cref="DurableRecord"/>).</item>
/// <item>On another writer's document, commands that it holds already are answered, and the others are decided anew (T2, T5).</item>
/// <item>"No effect" is an answer like any other: it is remembered by a write too, so that neither another activation nor a write that is still on its way can
/// bring the effect after all (T5). Only for a task without a record none is made; there the record is read again.</item>
/// </list>
/// It runs on one scheduler: the turns of a grain, or those of a simulation. Progress that need not be durable at once is in <c>TaskCommitLoop.Progress.cs</c>.
/// </summary>
internal sealed partial class TaskCommitLoop
{
    private readonly string _taskId;
    private readonly TimeProvider _time;
    private readonly TaskClock _clock;
    private readonly CommitOptions _options;
    private readonly VideoGenDiagnostics _diagnostics;
    private readonly DurableRecord _record;
    private readonly CommandInbox _inbox = new();
    private readonly ProgressBuffer _buffered = new();
    private readonly WriteGathering _gathering;
    private bool _isEnding;
    private bool _isRunning;
    private Task _running = Task.CompletedTask;

    public TaskCommitLoop(
        string taskId, ITaskRecord record, Guid writer, TimeProvider time, Random random, CommitOptions options, VideoGenDiagnostics diagnostics)
    {
        _taskId = taskId;
        _time = time;
        _clock = new TaskClock(time);
        _options = options;
        _diagnostics = diagnostics;
        _gathering = new WriteGathering(_inbox, time);
        _record = new DurableRecord(taskId, record, writer, time, _clock, random, options, diagnostics);
    }

    /// <inheritdoc cref="DurableRecord.Published"/>
    public Action? Published
    {
        init => _record.Published = value;
    }

    /// <inheritdoc cref="DurableRecord.StandDown"/>
    public Action? StandDown
    {
        init => _record.StandDown = value;
    }

    /// <inheritdoc cref="WriteGathering.LetOthersRun"/>
    public Func<Task> LetOthersRun
    {
        init => _gathering.LetOthersRun = value;
    }

    /// <summary>Says when storage is known to be away. Closed unless one is given.</summary>
    public StorageCircuit Circuit { private get; init; } = new();

    /// <summary>The last durable state (T4); null when there is no task. Load before the first use.</summary>
    public TaskState? State => _record.Document.State;

    /// <summary>Of the last durable state; that of a deleted task stays.</summary>
    public long Version => _record.Document.Commit.Version;

    /// <summary>Whether there is a task, or was one.</summary>
    public bool HasRecord => Version > 0;

    /// <inheritdoc cref="DurableRecord.Snapshot"/>
    public TaskSnapshot? Snapshot => _record.Snapshot;

    /// <inheritdoc cref="DurableRecord.SnapshotForAnyThread"/>
    public TaskSnapshot? SnapshotForAnyThread => _record.SnapshotForAnyThread;

    /// <summary>Operation ids must be newer than this.</summary>
    public DateTimeOffset OperationFloor => DateTimeOffset.FromUnixTimeMilliseconds(_record.Document.Commit.Ledger.Floor);

    /// <summary>Whether the operation was applied, as far as the last durable document says.</summary>
    public bool Remembers(OperationId operation) => _record.Document.Commit.Ledger.Find(operation) is not null;

    /// <inheritdoc cref="DurableRecord.LoadAsync"/>
    public Task LoadAsync() => _record.LoadAsync();

    /// <summary>Answers when the command's effect is durable, or when it is certain that there is none.</summary>
    /// <param name="operation">Its id.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="granted">See <see cref="DecisionContext.Granted"/>.</param>
    public Task<TaskReply> SubmitAsync(OperationId operation, TaskCommand command, StageName granted = default)
    {
        if (Circuit.Refusal(_taskId) is { } refusal)
        {
            return Task.FromException<TaskReply>(refusal);
        }

        var arrivedAt = _clock.Arrive();
        return _record.IsKnown ? Decide(operation, command, granted, arrivedAt) : LoadAndDecideAsync(operation, command, granted, arrivedAt);
    }

    /// <summary>
    /// Writes all buffered progress and answers all waiting commands; for a graceful end. Where storage is away, nothing is waited for: callers hear that the
    /// outcome is unknown, and the next activation settles the same operation by its ledger (T2).
    /// </summary>
    public async Task DrainAsync()
    {
        _isEnding = true;
        _gathering.End();
        if (Circuit.IsLeaving && Circuit.Refusal(_taskId) is { } refusal)
        {
            _inbox.FailWaiting(refusal);
            return;
        }

        Flush();
        await _running;
    }

    private async Task<TaskReply> LoadAndDecideAsync(OperationId operation, TaskCommand command, StageName granted, Arrival arrivedAt)
    {
        await _record.LoadAsync();
        return await Decide(operation, command, granted, arrivedAt);
    }

    private Task<TaskReply> Decide(OperationId operation, TaskCommand command, StageName granted, Arrival arrivedAt)
    {
        if (CommandBounds.Check(command) is { } problem)
        {
            return Task.FromResult(TaskReplies.InvalidInput(problem, Version));
        }

        return command is ReportProgress { Durable: false } report && _record.IsOurs
            ? Task.FromResult(Buffer(report, arrivedAt))
            : Admit(new PendingCommand(operation, command, arrivedAt, _record.Lineage) { Granted = granted });
    }

    /// <summary>
    /// Lets a command in, once for each operation id. Whether an id is too old to tell from a repeat is decided here and now: what raises the ledger's floor
    /// afterwards was committed by this activation, which knows that this command is not among it, since a second send of the id is attached to the first
    /// (T2). Only another writer's document can hold it unseen; then it is judged again by that one (<see cref="TaskFold"/>).
    /// </summary>
    private Task<TaskReply> Admit(PendingCommand pending)
    {
        if (_inbox.Find(pending, Version) is { } first)
        {
            _diagnostics.Repeated();
            return first;
        }

        if (pending.Recall(_record.Document, judgeAge: true) is { } known)
        {
            _diagnostics.Repeated();
            return Task.FromResult(known);
        }

        if (Objection(pending) is { } refusal)
        {
            _diagnostics.Refused(refusal.Reason);
            return Task.FromResult(refusal);
        }

        _inbox.Add(pending);
        Run();
        return pending.Answer;
    }

    private TaskReply? Objection(PendingCommand pending) =>
        pending.Problem() is { } problem ? TaskReplies.InvalidInput(problem, Version)
        : _time.GetUtcNow() is var now && pending.ProblemOfClock(now) is { } lead ? TaskReplies.ClockAhead(lead, Version, now)
        : !_inbox.HasRoomFor(pending) ? TaskReplies.Busy($"Too many commands wait for task {_taskId} already; try again later.", Version)
        : null;

    private void Run()
    {
        // A flag, and not the state of _running: a caller that is answered within a run may send its next command at once, before _running is assigned.
        if (!_isRunning)
        {
            _isRunning = true;
            _running = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_inbox.IsEmpty || _flushDue || _noticeChanges.Count > 0)
            {
                _flushDue = false;
                var started = _time.GetTimestamp();
                var batch = new CommitBatch(_inbox.TakeBatch(), _buffered.Take()) { Notices = TakeNoticeChanges() };
                await CommitAsync(batch);
                batch.End();
                _inbox.Settle(batch.Commands);
                await _gathering.AfterWriteAsync(batch.Commands.Count, _time.GetElapsedTime(started));
            }
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>Brings one batch to its end: every command of it is answered when this returns.</summary>
    private async Task CommitAsync(CommitBatch batch)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await _record.LoadAsync();
                var fold = batch.FoldOver(_record.Document, _taskId, _record.Lineage, _clock, Subscribed());
                if (fold.Changed || ((fold.Remembers || fold.HasToldNotices) && _record.Exists))
                {
                    var document = _record.Stamp(fold);
                    if (DocumentBounds.Check(document) is { } problem)
                    {
                        await IsolateAsync(batch, problem);
                        return;
                    }

                    if (await _record.ReplaceAsync(document, batch.Commands.Count, attempt))
                    {
                        _diagnostics.Committed(_taskId, fold.Updates, batch.Commands.Count, batch.WaitedIn(_time));
                        fold.Answer(_diagnostics);
                        return;
                    }
                }
                else if (batch.Commands.Count == 0 || await _record.ConfirmAsync())
                {
                    fold.Answer(_diagnostics);
                    return;
                }

                if (attempt >= _options.MaxAttempts)
                {
                    GiveUp(batch, attempt);
                    return;
                }

                _diagnostics.DecidedAgain(_taskId, attempt);
                await _record.BackOffAsync(attempt);

                // Whoever won goes on winning over a state that was read before the delay.
                _record.Doubt();
            }
        }
        catch (TaskStorageException exception)
        {
            // Whatever waits behind would meet the same storage; its callers are better served by hearing so now.
            HoldBack(batch.Progress);
            batch.Throw(exception);
            _inbox.FailWaiting(exception);
        }
#pragma warning disable CA1031 // A bug must not leave callers waiting: it is theirs to see.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _record.Doubt();
            batch.Throw(exception);
        }
    }

    /// <summary>
    /// Others won every attempt. Their document may build upon a write of ours: a command that it remembers was stored, and only the others were not (T5).
    /// </summary>
    private void GiveUp(CommitBatch batch, int attempts)
    {
        HoldBack(batch.Progress);
        batch.Settle(_record.Document, _record.Lineage, new TaskConflictException(
            $"Task {_taskId} was changed by others {attempts} times in a row; nothing of this update was stored. Try again."));
    }

    /// <summary>A document that cannot be stored is not written at all. Each part of it is tried alone, so that only what spoils it is refused (T5).</summary>
    private async Task IsolateAsync(CommitBatch batch, string problem)
    {
        if (!batch.IsOnePart)
        {
            foreach (var part in batch.Parts())
            {
                await CommitAsync(part);
            }

            return;
        }

        _diagnostics.UnstorableRefused(_taskId, problem, batch.Progress.Count);
        batch.Reply(TaskReplies.InvalidInput($"Task {_taskId} {problem}", Version));
    }
}

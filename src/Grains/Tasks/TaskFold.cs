using System.Security.Cryptography;
using System.Text.Json;

namespace VideoGen.Grains.Tasks;

/// <summary>A command that waits for its answer.</summary>
internal sealed class PendingCommand(OperationId operation, TaskCommand command)
{
    private readonly TaskCompletionSource<TaskReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OperationId Operation { get; } = operation;

    public TaskCommand Command { get; } = command;

    /// <summary>Of the command's content, so that an operation id that comes again with other content is noticed.</summary>
    public long Fingerprint { get; } = BitConverter.ToInt64(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command, TaskJson.Default.TaskCommand)));

    public Task<TaskReply> Answer => _answer.Task;

    public void Reply(TaskReply reply) => _answer.TrySetResult(reply);

    public void Throw(Exception exception) => _answer.TrySetException(exception);
}

/// <summary>
/// One batch of commands decided over one durable document. Pure but for the order of the batch: the same batch over the same document gives the
/// same fold. A command that is refused or that throws leaves the fold as it was (T5).
/// </summary>
internal sealed class TaskFold
{
    private readonly TaskDocument _durable;
    private readonly string _taskId;
    private readonly DateTimeOffset _now;
    private readonly List<LedgerEntry> _remembered = [];
    private readonly List<(PendingCommand Command, TaskReply? Reply, Exception? Exception)> _answers = [];
    private TaskState? _state;
    private long _version;
    private long _highestToken;

    public TaskFold(TaskDocument durable, string taskId, DateTimeOffset now)
    {
        _durable = durable;
        _taskId = taskId;
        _now = now;
        _state = durable.State;
        _version = durable.Commit.Version;
        _highestToken = durable.Commit.HighestToken;
    }

    /// <summary>True when there is something to write.</summary>
    public bool Changed => _version != _durable.Commit.Version;

    /// <summary>Updates that the fold applies: the version rises by as many.</summary>
    public long Updates => _version - _durable.Commit.Version;

    /// <summary>Joins buffered progress. However many reports there are, the version rises by one.</summary>
    public void Join(IEnumerable<ReportProgress> reports)
    {
        var before = _state;
        foreach (var report in reports)
        {
            if (TaskTransitions.Decide(_state, report, new DecisionContext(_now, _highestToken)) is TaskDecision.Changed changed)
            {
                _state = changed.Next;
            }
        }

        if (!ReferenceEquals(before, _state))
        {
            _version++;
            _state = _state! with { Version = _version };
        }
    }

    public void Apply(PendingCommand pending)
    {
        try
        {
            _answers.Add((pending, Decide(pending), null));
        }
#pragma warning disable CA1031 // Whatever a command does wrong is answered to its sender alone; the others of the batch still commit.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _answers.Add((pending, null, exception));
        }
    }

    /// <summary>The document to write, under the stamp of its writer.</summary>
    public TaskDocument ToDocument(Guid writer, long sequence) => new(_state, _durable.Commit with
    {
        Schema = CommitRecord.CurrentSchema,
        Writer = writer,
        Sequence = sequence,
        TaskId = _taskId,
        Version = _version,
        Writes = _durable.Commit.Writes + 1,
        HighestToken = _highestToken,
        WrittenAt = _now,
        Ledger = _durable.Commit.Ledger.Append(_remembered, _now),
    });

    /// <summary>Answers every command of the fold; call it once the fold is durable, or when there was nothing to write.</summary>
    public void Answer()
    {
        foreach (var (command, reply, exception) in _answers)
        {
            if (reply is not null)
            {
                command.Reply(reply);
            }
            else
            {
                command.Throw(exception!);
            }
        }
    }

    private TaskReply Decide(PendingCommand pending)
    {
        var ledger = _durable.Commit.Ledger;
        var known = ledger.Find(pending.Operation) ?? _remembered.Find(entry => entry.Operation == pending.Operation);
        if (known is not null)
        {
            return known.Fingerprint == pending.Fingerprint
                ? FirstResult(known, pending.Command)
                : TaskReply.Refused(RefusalReason.OperationReused, $"Operation {pending.Operation} was used before, for something else.", _version);
        }

        if (ledger.MayHaveForgotten(pending.Operation))
        {
            return TaskReply.Refused(
                RefusalReason.OperationExpired,
                $"Operation {pending.Operation} is older than what task {_taskId} remembers, so it may have been done before. Read the task, and ask again under a new operation id if it was not.",
                _version) with { OperationFloor = DateTimeOffset.FromUnixTimeMilliseconds(ledger.Floor) };
        }

        var decision = TaskTransitions.Decide(_state, pending.Command, new DecisionContext(_now, _highestToken));
        switch (decision)
        {
            case TaskDecision.Changed changed:
                _version++;
                _state = changed.Next is null ? null : changed.Next with { Version = _version };
                _highestToken = Math.Max(_highestToken, changed.Lease?.Token ?? 0);
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, changed.Lease?.Token ?? 0));
                return new TaskReply { Outcome = CommandOutcome.Applied, Version = _version, Lease = changed.Lease, Directive = Directive(_state, pending.Command) };
            case TaskDecision.Unchanged unchanged:
                return new TaskReply { Outcome = CommandOutcome.Unchanged, Version = _version, Message = unchanged.Why, Directive = Directive(_state, pending.Command) };
            case TaskDecision.Refused refused:
                return TaskReply.Refused(refused.Reason, refused.Why, _version) with { Directive = refused.Reason == RefusalReason.LeaseLost ? WorkerDirective.Cancel : WorkerDirective.Continue };
            default:
                throw new InvalidOperationException($"Not a decision: {decision}");
        }
    }

    /// <summary>The answer that the operation got, or would have got, the first time (T2).</summary>
    private TaskReply FirstResult(LedgerEntry entry, TaskCommand command)
    {
        var lease = entry.Token != 0 && command is StartStage start && _state?.Stages.TryGet(start.Stage, out var stage) == true && stage.Lease?.Token == entry.Token
            ? stage.Lease
            : null;
        return new TaskReply { Outcome = CommandOutcome.Applied, Version = entry.Version, Lease = lease, Directive = Directive(_state, command) };
    }

    /// <summary>What the worker that reports is to do next.</summary>
    public static WorkerDirective Directive(TaskState? state, TaskCommand command) => (state, command) switch
    {
        (_, not ReportProgress) => WorkerDirective.Continue,
        (null, _) => WorkerDirective.Cancel,
        ({ Status: RunStatus.Paused }, _) => WorkerDirective.Pause,
        ({ Status: RunStatus.Cancelled or RunStatus.Failed or RunStatus.Completed }, _) => WorkerDirective.Cancel,
        _ => WorkerDirective.Continue,
    };
}

using System.Runtime.InteropServices;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>
/// One batch of commands decided over one durable document. Pure but for the order of the batch: the same batch over the same document gives the
/// same fold. A command that is refused or that throws leaves the fold as it was (T5).
/// </summary>
internal sealed class TaskFold
{
    private readonly TaskDocument _durable;
    private readonly string _taskId;
    private readonly long _lineage;
    private readonly DateTimeOffset _now;
    private readonly List<LedgerEntry> _remembered = [];
    private readonly List<(PendingCommand Command, TaskReply? Reply, Exception? Exception)> _answers = [];
    private TaskState? _state;
    private long _version;
    private long _highestToken;

    public TaskFold(TaskDocument durable, string taskId, long lineage, DateTimeOffset now)
    {
        _durable = durable;
        _taskId = taskId;
        _lineage = lineage;
        _now = now;
        _state = durable.State;
        _version = durable.Commit.Version;
        _highestToken = durable.Commit.HighestToken;
    }

    /// <summary>True when the task changes.</summary>
    public bool Changed => _version != _durable.Commit.Version;

    /// <summary>True when there is something to remember, a command without effect among it.</summary>
    public bool Remembers => _remembered.Count > 0;

    /// <summary>Updates that the fold applies: the version rises by as many.</summary>
    public long Updates => _version - _durable.Commit.Version;

    /// <summary>Joins buffered progress, each report judged by the time at which it came. However many there are, the version rises by one.</summary>
    public void Join(IReadOnlyList<BufferedReport> reports)
    {
        var before = _state;
        foreach (var (report, arrivedAt) in reports)
        {
            if (TaskTransitions.Decide(_state, report, new DecisionContext(arrivedAt, _highestToken)) is TaskDecision.Changed changed)
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
        Ledger = _durable.Commit.Ledger.Append(CollectionsMarshal.AsSpan(_remembered), _now),
    });

    /// <summary>Answers every command of the fold; call it once the fold is durable, or when it is certain that there was nothing to write.</summary>
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

    /// <summary>
    /// What a stored document says of an operation: its first result, or that the id was used for something else, or (when its age is to be judged) that it
    /// may have been forgotten. Null when it was not applied.
    /// </summary>
    public static TaskReply? Recall(PendingCommand pending, TaskDocument document, bool judgeAge)
    {
        var (ledger, version) = (document.Commit.Ledger, document.Commit.Version);
        if (ledger.Find(pending.Operation) is { } entry)
        {
            return entry.Fingerprint == pending.Fingerprint ? FirstResult(entry, pending.Command, document.State) : Reused(pending, version);
        }

        if (!judgeAge || !ledger.MayHaveForgotten(pending.Operation))
        {
            return null;
        }

        var why = $"Operation {pending.Operation} is older than what task {document.Commit.TaskId} remembers, so it may have been done before. Read the task, and ask again under a new operation id if it was not.";
        return TaskReply.Refused(RefusalReason.OperationExpired, why, version) with { OperationFloor = DateTimeOffset.FromUnixTimeMilliseconds(ledger.Floor) };
    }

    public static TaskReply Reused(PendingCommand pending, long version) =>
        TaskReply.Refused(RefusalReason.OperationReused, $"Operation {pending.Operation} was used before, for something else.", version);

    public static TaskReply Refuse(TaskDecision.Refused refused, long version) =>
        TaskReply.Refused(refused.Reason, refused.Why, version) with
        {
            Directive = refused.Reason is RefusalReason.LeaseLost or RefusalReason.NotFound ? WorkerDirective.Cancel : WorkerDirective.Continue,
        };

    /// <summary>What the worker that reports is to do next.</summary>
    public static WorkerDirective Directive(TaskState? state, TaskCommand command) => (state, command) switch
    {
        (_, not ReportProgress) => WorkerDirective.Continue,
        (null, _) => WorkerDirective.Cancel,
        ({ Status: RunStatus.Paused }, _) => WorkerDirective.Pause,
        ({ Status: RunStatus.Cancelled or RunStatus.Failed or RunStatus.Completed }, _) => WorkerDirective.Cancel,
        _ => WorkerDirective.Continue,
    };

    private TaskReply Decide(PendingCommand pending)
    {
        if (Recall(pending, _durable, judgeAge: pending.Lineage != _lineage) is { } known)
        {
            return known;
        }

        switch (TaskTransitions.Decide(_state, pending.Command, new DecisionContext(pending.ArrivedAt, _highestToken)))
        {
            case TaskDecision.Changed changed:
                _version++;
                _state = changed.Next is null ? null : changed.Next with { Version = _version };
                _highestToken = Math.Max(_highestToken, changed.Lease?.Token ?? 0);
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, changed.Lease?.Token ?? 0));
                return new TaskReply { Outcome = CommandOutcome.Applied, Version = _version, Lease = changed.Lease, Directive = Directive(_state, pending.Command) };
            case TaskDecision.Unchanged unchanged:
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, 0, IsUnchanged: true));
                return new TaskReply { Outcome = CommandOutcome.Unchanged, Version = _version, Message = unchanged.Why, Directive = Directive(_state, pending.Command) };
            case TaskDecision.Refused refused:
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, 0, refused.Reason));
                return Refuse(refused, _version);
            case var other:
                throw new InvalidOperationException($"Not a decision: {other}");
        }
    }

    /// <summary>The answer that the operation got, or would have got, the first time (T2).</summary>
    private static TaskReply FirstResult(LedgerEntry entry, TaskCommand command, TaskState? state)
    {
        if (entry.Refusal != RefusalReason.None)
        {
            return Refuse(new TaskDecision.Refused(entry.Refusal, "It was refused when it came first, and had no effect."), entry.Version);
        }

        if (entry.IsUnchanged)
        {
            return new TaskReply { Outcome = CommandOutcome.Unchanged, Version = entry.Version, Message = "It changed nothing when it came first.", Directive = Directive(state, command) };
        }

        var lease = entry.Token != 0 && command is StartStage start && state?.Stages.TryGet(start.Stage, out var stage) == true && stage.Lease?.Token == entry.Token
            ? stage.Lease
            : null;
        return new TaskReply { Outcome = CommandOutcome.Applied, Version = entry.Version, Lease = lease, Directive = Directive(state, command) };
    }
}

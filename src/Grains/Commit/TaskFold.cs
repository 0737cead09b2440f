using System.Runtime.InteropServices;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Notices;
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
    private readonly TaskClock _clock;
    private readonly Arrival _now;
    private readonly Webhooks _subscribed;
    private readonly List<LedgerEntry> _remembered = [];
    private readonly List<(PendingCommand Command, TaskReply? Reply, Exception? Exception)> _answers = [];
    private IReadOnlyList<NoticeChange> _noticeChanges = [];
    private TaskNotices? _notices;
    private TaskState? _state;
    private long _version;
    private long _highestToken;

    public TaskFold(TaskDocument durable, string taskId, long lineage, TaskClock clock, Webhooks subscribed)
    {
        _subscribed = subscribed;
        _notices = durable.Commit.Notices;
        _durable = durable;
        _taskId = taskId;
        _lineage = lineage;
        _clock = clock;
        _now = clock.Arrive();
        _state = durable.State;
        _version = durable.Commit.Version;
        _highestToken = durable.Commit.HighestToken;
    }

    /// <summary>True when the task changes.</summary>
    public bool Changed => _version != _durable.Commit.Version;

    /// <summary>True when there is something to remember, a command without effect among it.</summary>
    public bool Remembers => _remembered.Count > 0;

    /// <summary>True when it is noted what became of notices.</summary>
    public bool HasToldNotices => !ReferenceEquals(_notices, _durable.Commit.Notices);

    /// <summary>Updates that the fold applies: the version rises by as many.</summary>
    public long Updates => _version - _durable.Commit.Version;

    /// <summary>Joins buffered progress, each report judged by the time at which it came. However many there are, the version rises by one.</summary>
    public void Join(IReadOnlyList<BufferedReport> reports)
    {
        var before = _state;
        foreach (var (report, arrivedAt) in reports)
        {
            if (TaskTransitions.DecideWithinBounds(_state, report, _clock.ContextOf(arrivedAt, _highestToken, _taskId)) is TaskDecision.Changed changed)
            {
                _state = changed.Next;
            }
        }

        if (!ReferenceEquals(before, _state))
        {
            _version++;
            _state = _state! with { Version = _version };
            _notices = NoteOf(before, _state);
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

    /// <summary>Applies what became of notices.</summary>
    public void Change(IReadOnlyList<NoticeChange> changes)
    {
        _noticeChanges = changes;
        foreach (var change in changes)
        {
            _notices = change.Apply(_notices);
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
        WrittenAt = _clock.TimeOf(_now),
        Ledger = _durable.Commit.Ledger.Append(CollectionsMarshal.AsSpan(_remembered), MemoryTime),
        Notices = _notices,
    }, _durable);

    /// <summary>Answers every command of the fold; call it once the fold is durable, or when it is certain that there was nothing to write.</summary>
    public void Answer(VideoGenDiagnostics diagnostics)
    {
        foreach (var change in _noticeChanges)
        {
            change.End(isDurable: true);
        }

        foreach (var (command, reply, exception) in _answers)
        {
            if (reply is not null)
            {
                if (reply.IsRefused)
                {
                    diagnostics.Refused(reply.Reason);
                }

                command.Reply(reply);
            }
            else
            {
                command.Throw(exception!);
            }
        }
    }

    /// <summary>Operation ids carry the time of their makers' clocks. A jump of ours must not make the task forget them all at once.</summary>
    private DateTimeOffset MemoryTime => _clock.TimeOf(_now) is var now && now < _now.Wall ? now : _now.Wall;

    private TaskReply Decide(PendingCommand pending)
    {
        if (pending.Recall(_durable, judgeAge: pending.Lineage != _lineage) is { } known)
        {
            return known;
        }

        var context = _clock.ContextOf(pending.ArrivedAt, _highestToken, _taskId) with { Granted = pending.Granted };
        switch (TaskTransitions.DecideWithinBounds(_state, pending.Command, context))
        {
            case TaskDecision.Changed changed:
                Hear(pending);
                var former = _state;
                _version++;
                _state = changed.Next is null ? null : changed.Next with { Version = _version };
                _notices = NoteOf(former, _state);
                _highestToken = Math.Max(_highestToken, changed.Lease?.Token ?? 0);
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, changed.Lease?.Token ?? 0));
                return TaskReplies.Applied(_version, changed.Lease, _state, pending.Command);
            case TaskDecision.Unchanged unchanged:
                Hear(pending);
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, 0, IsUnchanged: true));
                return TaskReplies.Unchanged(unchanged.Why, _version, _state, pending.Command);
            case TaskDecision.Refused refused:
                _remembered.Add(new LedgerEntry(pending.Operation, pending.Fingerprint, _version, 0, refused.Reason));
                return TaskReplies.Refused(refused, _version);
            case var other:
                throw new InvalidOperationException($"Not a decision: {other}");
        }
    }

    private TaskNotices? NoteOf(TaskState? before, TaskState? after) =>
        NoticeRules.Note(_notices, before, after, _version, _clock.TimeOf(_now), _subscribed);

    private void Hear(PendingCommand pending)
    {
        if (pending.Command is ReportProgress report)
        {
            _clock.Leases.Hear(_state, report, _clock.TimeOf(pending.ArrivedAt));
        }
    }
}

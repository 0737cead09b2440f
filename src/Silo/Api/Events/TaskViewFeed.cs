using System.Text;
using System.Text.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// One view that streams follow: the tasks that it finds now, and the last changes that led to them. Each change is one event, written once for all readers,
/// and leads to a state with a mark of its own; so a reader that broke off after any of them goes on with the next one. A reader holds its position alone.
/// </summary>
internal sealed class TaskViewFeed(TaskQuery query) : IDisposable
{
    public const int MaxTasks = 2_000;

    /// <summary>Bytes of JSON that all tasks of a view have together.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Changes after which a reader that comes back, or is slow, is given the whole view.</summary>
    private const int MaxRemembered = 1_024;

    private const int MaxRememberedBytes = 512 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Change[] _changes = new Change[MaxRemembered];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _read = NewSignal();
    private CancellationTokenSource? _following;
    private ReadOnlyMemory<byte>[]? _snapshot;
    private Exception? _failure;
    private bool _isKnown;
    private int _round;
    private int _bytes;
    private int _rememberedBytes;

    /// <summary>The number of the last change, and how many are remembered. The state before the oldest of them has <see cref="_oldestMark"/>.</summary>
    private (long Last, int Count) _remembered;

    private ViewMark _mark;
    private ViewMark _oldestMark;

    public TaskQuery Query => query;

    /// <summary>How many streams follow it; under the gate of the hub.</summary>
    public int Watchers { get; set; }

    /// <summary>When the last of them left; under the gate of the hub.</summary>
    public long IdleSince { get; set; }

    /// <summary>Ends when nobody follows the view any more. What was read before is kept, and compared with what is read when somebody comes back.</summary>
    public CancellationToken Follow()
    {
        lock (_gate)
        {
            _following = new CancellationTokenSource();
            return _following.Token;
        }
    }

    public void Dispose() => Pause();

    public void Pause()
    {
        lock (_gate)
        {
            _following?.Cancel();
            _following?.Dispose();
            _following = null;
            _read = NewSignal();
        }
    }

    /// <summary>Returns when the view has been read, or could not be, since somebody follows it.</summary>
    public Task WaitUntilReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _read.Task.WaitAsync(cancellationToken);
        }
    }

    /// <param name="tasks">All that the view finds.</param>
    /// <param name="following">Of the round that read them: what a former one read is old.</param>
    public void Publish(IReadOnlyList<TaskSummary> tasks, CancellationToken following)
    {
        lock (_gate)
        {
            if (following.IsCancellationRequested)
            {
                return;
            }

            var (before, isFirst) = (_remembered.Last, !_isKnown);
            _round++;
            foreach (var task in tasks)
            {
                Take(task);
            }

            foreach (var (id, member) in _members.Where(pair => pair.Value.Round != _round).ToList())
            {
                Remove(id, member);
            }

            if (isFirst)
            {
                // What led to the first state is nobody's news.
                (_isKnown, _remembered.Count, _rememberedBytes, _oldestMark) = (true, 0, 0, _mark);
            }

            var hadFailed = _failure is not null;
            _failure = _bytes > MaxBytes ? Drop() : null;
            _read.TrySetResult();
            if (_remembered.Last != before || hadFailed || _failure is not null)
            {
                Signal();
            }
        }
    }

    /// <returns>Whether it had not failed before.</returns>
    public bool Fail(Exception exception, CancellationToken following)
    {
        lock (_gate)
        {
            if (following.IsCancellationRequested)
            {
                return false;
            }

            var isNews = _failure is null;
            _failure = exception;
            _read.TrySetResult();
            Signal();
            return isNews;
        }
    }

    /// <summary>What a reader is told first: what is new since the state that it saw last, or all.</summary>
    public ViewNews Begin(ViewMark? seen)
    {
        lock (_gate)
        {
            return seen is not { } mark ? Whole("first")
                : PositionOf(mark) is { } position ? After(position)
                : Whole("unknown_id");
        }
    }

    /// <summary>What is new after that position.</summary>
    public ViewNews After(long position)
    {
        lock (_gate)
        {
            var missing = _remembered.Last - position;
            if (missing > _remembered.Count)
            {
                return Whole("behind");
            }

            var events = new ReadOnlyMemory<byte>[missing];
            for (var i = 0; i < missing; i++)
            {
                events[i] = ChangeOf(position + 1 + i).Event;
            }

            return new ViewNews(_remembered.Last, null, events, _failure, _changed.Task);
        }
    }

    private ViewNews Whole(string reason)
    {
        _snapshot ??=
        [
            .. _members.OrderByDescending(pair => pair.Value.CreatedAt).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Json),
        ];
        return new ViewNews(_remembered.Last, new ViewSnapshot(reason, _mark, _snapshot), [], _failure, _changed.Task);
    }

    /// <summary>The newest position whose state has the mark; null for a state that is not remembered.</summary>
    private long? PositionOf(ViewMark mark)
    {
        for (var i = 0; i < _remembered.Count; i++)
        {
            if (ChangeOf(_remembered.Last - i).Mark == mark)
            {
                return _remembered.Last - i;
            }
        }

        return mark == _oldestMark ? _remembered.Last - _remembered.Count : null;
    }

    private void Take(TaskSummary task)
    {
        var id = task.TaskId.Value;
        var former = _members.GetValueOrDefault(id);
        if (former is not null && former.Version == task.Version && former.CreatedAt == task.CreatedAt)
        {
            former.Round = _round;
            return;
        }

        var member = new Member(task) { Round = _round };
        _members[id] = member;
        _bytes += member.Json.Length - (former?.Json.Length ?? 0);
        _mark = (former is null ? _mark : _mark.Toggle(former.Mark)).Toggle(member.Mark);
        Remember(former is null ? "entered" : "changed", member.Json.Span);
    }

    private void Remove(string id, Member member)
    {
        _members.Remove(id);
        _bytes -= member.Json.Length;
        _mark = _mark.Toggle(member.Mark);
        Remember("left", JsonSerializer.SerializeToUtf8Bytes(new LeftTask(id, member.Version), EventsJson.Default.LeftTask));
    }

    /// <summary>What is too much is not kept; whoever comes back begins anew.</summary>
    private ViewTooWideException Drop()
    {
        _members.Clear();
        Array.Clear(_changes);
        (_isKnown, _snapshot, _bytes, _mark) = (false, null, 0, ViewMark.Empty);
        _remembered = (_remembered.Last + 1, 0);
        return new ViewTooWideException();
    }

    private void Remember(string name, ReadOnlySpan<byte> json)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes($"event: {name}\nid: {_mark}\ndata: "), .. json, .. "\n\n"u8];
        var change = new Change(_mark, text);
        _snapshot = null;
        if (_remembered.Count == MaxRemembered)
        {
            Forget();
        }

        _remembered = (_remembered.Last + 1, _remembered.Count + 1);
        ChangeOf(_remembered.Last) = change;
        for (_rememberedBytes += change.Event.Length; _rememberedBytes > MaxRememberedBytes; Forget())
        {
        }
    }

    private void Forget()
    {
        ref var oldest = ref ChangeOf(_remembered.Last - _remembered.Count + 1);
        _rememberedBytes -= oldest.Event.Length;
        _oldestMark = oldest.Mark;
        oldest = default;
        _remembered.Count--;
    }

    private ref Change ChangeOf(long number) => ref _changes[number % MaxRemembered];

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Change(ViewMark Mark, ReadOnlyMemory<byte> Event);

    private sealed class Member(TaskSummary task)
    {
        public long Version { get; } = task.Version;

        public DateTimeOffset CreatedAt { get; } = task.CreatedAt;

        public ViewMark Mark { get; } = ViewMark.Of(task);

        public ReadOnlyMemory<byte> Json { get; } = JsonSerializer.SerializeToUtf8Bytes(TaskListItem.Of(task), ApiJson.Default.TaskListItem);

        /// <summary>When it was found last.</summary>
        public int Round { get; set; }
    }
}

/// <summary>A task that a view does not find any more: it is otherwise now, or deleted.</summary>
/// <param name="Version">The last one that was told.</param>
internal sealed record LeftTask(string TaskId, long Version);

using VideoGen.Tasks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Commit;

/// <summary>
/// What subscribers are to be told. Events go into the document in the write of the change that they tell of (<see cref="TaskFold"/>); what became of them
/// joins the next write. That is no update of the task: its version stays.
/// </summary>
internal sealed partial class TaskCommitLoop
{
    /// <summary>Changes that may wait at the same time: one for each subscription, and some that operators ask for.</summary>
    private const int MaxNoticeChanges = 4 * Webhooks.MaxWebhooks;

    private List<NoticeChange> _noticeChanges = [];

    /// <summary>Says who is subscribed. Nobody is unless it is given.</summary>
    public Func<Webhooks> Subscribed { private get; init; } = static () => Webhooks.None;

    /// <summary>What is to be told, by the last durable document; null for nothing.</summary>
    public TaskNotices? Notices => _record.Document.Commit.Notices;

    /// <summary>Whether the change is durable, or makes no difference. One that is not may become so all the same, and may be asked for again.</summary>
    public Task<bool> ChangeNoticesAsync(Func<TaskNotices, TaskNotices> change)
    {
        if (Circuit.IsOpen || _noticeChanges.Count >= MaxNoticeChanges)
        {
            return Task.FromResult(false);
        }

        var waiting = new NoticeChange(change);
        _noticeChanges.Add(waiting);
        Run();
        return waiting.IsDurable;
    }

    private List<NoticeChange> TakeNoticeChanges()
    {
        var taken = _noticeChanges;
        _noticeChanges = [];
        return taken;
    }
}

/// <summary>A change of what is to be told, which waits for the next write.</summary>
internal sealed class NoticeChange(Func<TaskNotices, TaskNotices> change)
{
    private readonly TaskCompletionSource<bool> _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> IsDurable => _durable.Task;

    public TaskNotices? Apply(TaskNotices? notices) => notices is null ? null : change(notices);

    /// <summary>The first word counts.</summary>
    public void End(bool isDurable) => _durable.TrySetResult(isDurable);
}

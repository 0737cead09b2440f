using Orleans.Runtime;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Notices;
using VideoGen.Tasks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Activation;

/// <summary>
/// Tells subscribers what the durable document of a task says is to be told. One line goes for each subscription, in order, and none waits for another. What
/// was taken is noted in the document afterwards: after a crash in between it is told again, under the same id. The moment at which something is to be told is
/// part of the task's schedule, so the store wakes a task that is not in memory.
/// </summary>
internal sealed class TaskPost(
    string taskId,
    IGrainBase grain,
    TaskCommitLoop loop,
    NoticeBook book,
    INoticeSender sender,
    StorageCircuit circuit,
    Random random,
    TimeProvider time,
    VideoGenDiagnostics diagnostics)
{
    /// <summary>Notices that were taken and are not noted yet: one write notes so many, and a crash repeats no more.</summary>
    private const int MaxUnnoted = 16;

    /// <summary>What could not be tried or noted is tried again after a time from this to three times this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _held = new(StringComparer.Ordinal);
    private TaskAlarm? _alarm;
    private bool _isEnding;

    /// <summary>To be called when the durable document has changed, and when the task was woken.</summary>
    public void Go()
    {
        if (loop.Notices is not { } notices || _isEnding)
        {
            return;
        }

        var now = time.GetUtcNow();
        DateTimeOffset? next = null;
        foreach (var (id, line) in notices.Lines)
        {
            if (line.Waiting.IsEmpty || _busy.Contains(id))
            {
                continue;
            }

            var due = Later(line.Due ?? now, _held.GetValueOrDefault(id));
            if (due <= now)
            {
                _held.Remove(id);
                _busy.Add(id);
                _ = TellAsync(id);
            }
            else if (!(next <= due))
            {
                next = due;
            }
        }

        // The usual task never gets here.
        (_alarm ??= new TaskAlarm(grain, RingAsync, time)).Set(next - now);
    }

    /// <summary>The activation ends; what is on its way is noted no more, and goes again from the next one.</summary>
    public void End() => _isEnding = true;

    /// <inheritdoc cref="ITaskNoticesGrain.ReplayAsync"/>
    public async Task<int> ReplayAsync(string webhookId, bool told)
    {
        if (book.Known.Find(webhookId) is not { } webhook || loop.Notices is null)
        {
            return 0;
        }

        var added = 0;
        var isDurable = await loop.ChangeNoticesAsync(notices =>
        {
            var next = NoticeRules.Replayed(notices, webhook, told, loop.State?.Labels);
            added = CountOf(next) - CountOf(notices);
            return next;
        });
        Go();
        return isDurable ? added : throw new TaskStorageException(
            $"Whether task {taskId} tells webhook {webhook.Name} again is not known; ask once more.", cause: "The write failed.");

        int CountOf(TaskNotices notices) => notices.Lines.GetValueOrDefault(webhookId)?.Waiting.Length ?? 0;
    }

    private Task RingAsync()
    {
        Go();
        return Task.CompletedTask;
    }

    private async Task TellAsync(string id)
    {
        try
        {
            // Whoever waits for the commit that brought this is answered first.
            await Task.Yield();
            if (!await TellWhatWaitsAsync(id))
            {
                Hold(id);
            }
        }
#pragma warning disable CA1031 // It is told after a pause; no task fails for what a subscriber does.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Hold(id);
            if (!_isEnding)
            {
                diagnostics.StepFailed(taskId, "telling a subscriber", exception);
            }
        }
        finally
        {
            _busy.Remove(id);
            Go();
        }
    }

    /// <summary>False when it is to be tried again after a pause, true when the document says how it goes on.</summary>
    private async Task<bool> TellWhatWaitsAsync(string id)
    {
        var told = new HashSet<long>();
        while (loop.Notices?.Lines.GetValueOrDefault(id) is { Waiting.IsEmpty: false } line && !(line.Due > time.GetUtcNow()))
        {
            if (circuit.IsOpen || _isEnding)
            {
                return false;
            }

            if (book.Known.Find(id) is not { } webhook)
            {
                return await loop.ChangeNoticesAsync(notices => NoticeRules.Dropped(notices, id));
            }

            if (webhook.DisabledAt is not null)
            {
                return await loop.ChangeNoticesAsync(notices => NoticeRules.GivenUp(Noted(notices), id));
            }

            var number = line.Waiting.FirstOrDefault(waiting => !told.Contains(waiting));
            if (number == 0 || told.Count >= MaxUnnoted)
            {
                if (!await loop.ChangeNoticesAsync(Noted))
                {
                    return false;
                }

                told.Clear();
                continue;
            }

            if (loop.Notices.Find(number) is not { } notice)
            {
                told.Add(number);
                continue;
            }

            var message = NoticeMessage.Of(taskId, notice) with { Missed = told.Count == 0 ? line.Missed : 0 };
            var answer = await sender.SendAsync(webhook, message);
            diagnostics.NoticeSent(answer.Outcome.ToString());
            if (_isEnding)
            {
                return false;
            }

            switch (answer.Outcome)
            {
                case NoticeOutcome.Told:
                    told.Add(number);
                    book.Note(new WebhookNote(id) { ToldAt = time.GetUtcNow() });
                    break;
                case NoticeOutcome.NotTried:
                    await loop.ChangeNoticesAsync(Noted);
                    return false;
                case NoticeOutcome.Gone:
                    await book.DisableAsync(NoteOf(id, answer));
                    return await loop.ChangeNoticesAsync(notices => NoticeRules.GivenUp(Noted(notices), id));
                default:
                    book.Note(NoteOf(id, answer));
                    return await FailAsync(webhook, answer, (told.Count == 0 ? line.Attempt : 0) + 1);
            }
        }

        return true;

        TaskNotices Noted(TaskNotices notices) => told.Count == 0 ? notices : NoticeRules.Told(notices, id, told);

        Task<bool> FailAsync(Webhook webhook, NoticeAnswer answer, int attempt)
        {
            if (NoticeRules.WaitAfter(attempt, answer.RetryAfter, random.NextDouble()) is not { } wait)
            {
                diagnostics.NoticesGivenUp(taskId, webhook.Name, attempt, answer.Problem ?? "");
                return loop.ChangeNoticesAsync(notices => NoticeRules.GivenUp(Noted(notices), id));
            }

            var due = time.GetUtcNow() + wait;
            return loop.ChangeNoticesAsync(notices => NoticeRules.Failed(Noted(notices), id, attempt, due));
        }
    }

    private WebhookNote NoteOf(string id, NoticeAnswer answer) => new(id) { FailedAt = time.GetUtcNow(), Failure = answer.Problem };

    private void Hold(string id) => _held[id] = time.GetUtcNow() + (Pause * (1 + (2 * random.NextDouble())));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Notices;

/// <summary>What a change of a task has to tell, and what becomes of it. Pure: the task stores what these make, and tells what is stored.</summary>
public static class NoticeRules
{
    /// <summary>Events that a task keeps for subscribers who do not take them. Then the oldest makes room, and the subscriber is told how many did.</summary>
    public const int MaxEvents = 1_024;

    /// <summary>Of the events that all have taken, the newest so many are kept, so that they can be told again.</summary>
    public const int MaxToldEvents = 64;

    /// <summary>Characters of an error in a notice.</summary>
    public const int MaxErrorLength = 500;

    /// <summary>Tries of one event before what waits is given up: <see cref="Waits"/> stretches them over about a day.</summary>
    public const int MaxAttempts = 10;

    /// <summary>Nominal waits after the first and each further try. Each is drawn from four fifths to six fifths of it.</summary>
    private static readonly ImmutableArray<TimeSpan> Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(10),
    ];

    private const double Jitter = 0.2;

    /// <summary>The longest wait that a subscriber may ask for.</summary>
    private static readonly TimeSpan MaxAskedWait = TimeSpan.FromHours(1);

    /// <summary>What is to be told after a change. The same object when that adds nothing; null where nobody subscribed.</summary>
    /// <param name="known">What was to be told before it.</param>
    /// <param name="before">The task before; null where there was none.</param>
    /// <param name="after">The task after; null for one that was deleted.</param>
    /// <param name="version">Of the task after it.</param>
    /// <param name="at">When it happens.</param>
    /// <param name="webhooks">The subscriptions.</param>
    internal static TaskNotices? Note(
        TaskNotices? known, TaskState? before, TaskState? after, long version, DateTimeOffset at, Webhooks webhooks)
    {
        // Reports come this way. With nobody subscribed they cost a comparison, else two more: stages that differ in progress alone share their outline.
        if (webhooks.All.IsEmpty || ReferenceEquals(before, after) || (HaveSameStages(before, after) && before?.Status == after?.Status))
        {
            return known;
        }

        var labels = (after ?? before)?.Labels;
        var (notices, events) = (known ?? TaskNotices.None, new List<TaskNotice>());
        var lines = notices.Lines;
        var last = notices.Last;
        foreach (var notice in Changes(before, after))
        {
            var takers = webhooks.All.Where(webhook => webhook.Wants(notice.Type, labels)).ToList();
            if (takers.Count == 0)
            {
                continue;
            }

            last++;
            events.Add(notice with { Number = last, Version = version, At = at });
            foreach (var taker in takers)
            {
                var line = lines.GetValueOrDefault(taker.Id) ?? new NoticeLine();
                lines = lines.SetItem(taker.Id, line with { Waiting = line.Waiting.Add(last) });
            }
        }

        // What waits for a subscription that is gone goes with it.
        lines = lines.RemoveRange(lines.Keys.Where(id => webhooks.Find(id) is null));
        return events.Count == 0 ? known : Trim(new TaskNotices(last, notices.Events.AddRange(events), lines));
    }

    /// <summary>The subscriber took those.</summary>
    public static TaskNotices Told(TaskNotices notices, string webhook, IReadOnlyCollection<long> numbers) =>
        Change(notices, webhook, line => line with { Waiting = line.Waiting.RemoveAll(numbers.Contains), Attempt = 0, Due = null, Missed = 0 });

    /// <summary>A try of the first that waits failed.</summary>
    public static TaskNotices Failed(TaskNotices notices, string webhook, int attempt, DateTimeOffset due) =>
        Change(notices, webhook, line => line with { Attempt = attempt, Due = due });

    /// <summary>All that waits is given up.</summary>
    public static TaskNotices GivenUp(TaskNotices notices, string webhook) => Change(
        notices, webhook, line => line with { Waiting = [], Failed = [.. line.Failed.Union(line.Waiting).Order()], Attempt = 0, Due = null });

    /// <summary>What was given up waits again, before what waits already; and what was told, if that is asked for.</summary>
    /// <param name="notices">Of the task.</param>
    /// <param name="webhook">The subscription.</param>
    /// <param name="told">Also what was told.</param>
    /// <param name="labels">Of the task.</param>
    public static TaskNotices Replayed(
        TaskNotices notices, Webhook webhook, bool told, ImmutableSortedDictionary<string, string>? labels)
    {
        ArgumentNullException.ThrowIfNull(notices);
        ArgumentNullException.ThrowIfNull(webhook);
        var known = notices.Lines.GetValueOrDefault(webhook.Id);
        var line = known ?? new NoticeLine();
        var again = told
            ? notices.Events.Where(notice => webhook.Wants(notice.Type, labels)).Select(notice => notice.Number)
            : [];
        var waiting = line.Waiting.Union(line.Failed).Union(again).Order().ToImmutableArray();
        return waiting.Length == line.Waiting.Length
            ? notices
            : new TaskNotices(
                notices.Last,
                notices.Events,
                notices.Lines.SetItem(webhook.Id, line with { Waiting = waiting, Failed = [], Attempt = 0, Due = null }));
    }

    /// <summary>The subscription is gone, and what waits for it.</summary>
    public static TaskNotices Dropped(TaskNotices notices, string webhook)
    {
        ArgumentNullException.ThrowIfNull(notices);
        return notices.Lines.ContainsKey(webhook) ? Trim(new TaskNotices(notices.Last, notices.Events, notices.Lines.Remove(webhook))) : notices;
    }

    /// <summary>How long to wait after that try, the first being 1; null when what waits is given up.</summary>
    /// <param name="attempt">The try that failed.</param>
    /// <param name="asked">What the subscriber asked for; null for nothing.</param>
    /// <param name="draw">From 0 to 1: the randomness.</param>
    public static TimeSpan? WaitAfter(int attempt, TimeSpan? asked, double draw)
    {
        if (attempt >= MaxAttempts)
        {
            return null;
        }

        var wait = Waits[Math.Clamp(attempt, 1, Waits.Length) - 1] * (1 - Jitter + (2 * Jitter * draw));
        return asked is { } longer && longer > wait ? (longer < MaxAskedWait ? longer : MaxAskedWait) : wait;
    }

    private static TaskNotices Change(TaskNotices notices, string webhook, Func<NoticeLine, NoticeLine> change) =>
        notices.Lines.TryGetValue(webhook, out var line)
            ? Trim(new TaskNotices(notices.Last, notices.Events, notices.Lines.SetItem(webhook, change(line))))
            : notices;

    private static bool HaveSameStages(TaskState? before, TaskState? after) =>
        before?.Stages.Outline is { } outline && ReferenceEquals(outline, after?.Stages.Outline);

    /// <summary>The stages in their order, and then the task; a new task comes before its stages.</summary>
    private static IEnumerable<TaskNotice> Changes(TaskState? before, TaskState? after)
    {
        if (after is null)
        {
            yield return new TaskNotice { Type = NoticeTypes.TaskDeleted, From = before?.Status.ToWireName() };
            yield break;
        }

        if (before is null)
        {
            yield return new TaskNotice { Type = NoticeTypes.TaskCreated };
        }

        for (var position = 0; position < after.Stages.Count; position++)
        {
            var stage = after.Stages[position];
            var former = before is null ? null : FormerOf(before.Stages, stage, position);

            // A new stage begins as pending, which is no news: its task, or what added it, is told.
            if (!ReferenceEquals(former, stage) && stage.Status != (former?.Status ?? RunStatus.Pending) && stage.Status != RunStatus.Paused)
            {
                yield return new TaskNotice
                {
                    Type = NoticeTypes.OfStage(stage.Status),
                    From = former?.Status.ToWireName(),
                    Stage = stage.Name.Value,
                    Attempt = stage.Attempt,
                    Error = stage.Status == RunStatus.Failed ? Cut(stage.Error) : null,
                };
            }
        }

        if (before is not null && before.Status != after.Status)
        {
            yield return new TaskNotice
            {
                Type = NoticeTypes.OfTask(after.Status),
                From = before.Status.ToWireName(),
                Error = after.Status == RunStatus.Failed ? Cut(after.PresentErrors.LastOrDefault()) : null,
            };
        }
    }

    private static StageState? FormerOf(StageMap stages, StageState stage, int position) =>
        position < stages.Count && stages[position].Name == stage.Name ? stages[position]
        : stages.TryGet(stage.Name, out var former) ? former
        : null;

    private static string? Cut(string? error) => error is null ? null : MessageText.Cut(error, MaxErrorLength);

    /// <summary>Lets go of what nobody waits for, and of the oldest where there is too much.</summary>
    private static TaskNotices Trim(TaskNotices notices)
    {
        var wanted = notices.Lines.Values.SelectMany(line => line.Waiting.Concat(line.Failed)).ToHashSet();
        var events = notices.Events.RemoveAll(notice => notice.Number <= notices.Last - MaxToldEvents && !wanted.Contains(notice.Number));
        if (events.Length <= MaxEvents)
        {
            return events.Length == notices.Events.Length ? notices : new TaskNotices(notices.Last, events, notices.Lines);
        }

        events = events[^MaxEvents..];
        var first = events[0].Number;
        var lines = notices.Lines.SetItems(notices.Lines
            .Where(line => line.Value.Waiting.FirstOrDefault(first) < first || line.Value.Failed.FirstOrDefault(first) < first)
            .Select(line => KeyValuePair.Create(line.Key, line.Value with
            {
                Waiting = line.Value.Waiting.RemoveAll(number => number < first),
                Failed = line.Value.Failed.RemoveAll(number => number < first),
                Missed = line.Value.Missed + line.Value.Waiting.Count(number => number < first),
            })));
        return new TaskNotices(notices.Last, events, lines);
    }
}

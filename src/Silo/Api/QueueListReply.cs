using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api;

/// <summary>The queues, by name.</summary>
/// <param name="LeftOut">How many more there are in which something waits, but less than in these.</param>
internal sealed record QueueListReply(ImmutableArray<QueueItem> Queues, int LeftOut)
{
    public static QueueListReply Of(QueueList list) => new([.. list.Queues.Select(QueueItem.Of)], list.LeftOut);
}

/// <summary>What the list says of a queue.</summary>
/// <param name="Waiting">Stages that wait for a worker, those included whose delay after a failure is not over.</param>
/// <param name="OldestAt">When the oldest of their tasks was created; null when none waits.</param>
/// <param name="Workers">How many that are alive take stages from it.</param>
/// <param name="Most">With so many stages that wait, no new tasks are taken.</param>
/// <param name="Pause">Null when it is not paused.</param>
internal sealed record QueueItem(string Name, long Waiting, DateTimeOffset? OldestAt, int Workers, int Most, PauseItem? Pause)
{
    public static QueueItem Of(QueueSummary queue) => new(queue.Name, queue.Waiting, queue.Oldest, queue.Workers, queue.Most, PauseItem.Of(queue.Pause));
}

/// <summary>How a queue stands.</summary>
/// <param name="Waiting">Stages that wait for a worker, those included whose delay after a failure is not over.</param>
/// <param name="OldestAt">When the oldest of their tasks was created; null when none waits.</param>
/// <param name="Workers">How many that are alive take stages from it.</param>
/// <param name="WaitingCalls">Calls of workers that wait for a stage.</param>
/// <param name="Most">With so many stages that wait, no new tasks are taken.</param>
/// <param name="Pause">Null when it is not paused.</param>
internal sealed record QueueReply(
    string Name,
    long Waiting,
    DateTimeOffset? OldestAt,
    int Workers,
    int WaitingCalls,
    int Most,
    PauseItem? Pause)
{
    public static QueueReply Of(string name, QueueCounts counts, QueueStatus status, ImmutableArray<WorkerStatus> workers)
    {
        var count = counts.Queues.FirstOrDefault(queue => queue.Queue == name);
        return new QueueReply(
            name,
            count?.Waiting ?? 0,
            count?.Oldest,
            workers.Count(worker => worker.Report.Queues.Contains(name)),
            status.WaitingWorkers,
            status.Most,
            PauseItem.Of(status.Pause));
    }
}

/// <summary>Nothing of the queue is started.</summary>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why, for a person.</param>
/// <param name="Until">When it ends by itself; null for when somebody resumes it.</param>
internal sealed record PauseItem(string By, string Reason, DateTimeOffset At, DateTimeOffset? Until)
{
    public static PauseItem? Of(QueuePause? pause) => pause is null ? null : new(pause.By, pause.Reason, pause.At, pause.Until);
}

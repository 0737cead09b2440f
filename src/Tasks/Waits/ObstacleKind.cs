using System.Text.Json;

namespace VideoGen.Tasks.Waits;

/// <summary>What can keep a stage from being started. Each has a sentence in <see cref="StageObstacle"/>; there is none for what is not known.</summary>
[GenerateSerializer, Alias("VideoGen.ObstacleKind")]
public enum ObstacleKind
{
    /// <summary>Somebody paused the task.</summary>
    TaskPaused,

    /// <summary>The task has ended.</summary>
    TaskEnded,

    /// <summary>A worker does the stage.</summary>
    AtWork,

    /// <summary>The stage is a group, which has no work of its own.</summary>
    Group,

    /// <summary>The stage has ended.</summary>
    Ended,

    /// <summary>A critical stage failed.</summary>
    Aborted,

    /// <summary>Another stage comes first.</summary>
    Dependency,

    /// <summary>The delay before the next attempt is not over.</summary>
    Delay,

    /// <summary>The stage was lost with several workers, and none is there that does nothing beside it.</summary>
    Alone,

    /// <summary>Nothing is known but what the task says: any worker may start it.</summary>
    Worker,

    /// <summary>Somebody paused the queue.</summary>
    QueuePaused,

    /// <summary>No worker that is alive can do the stage.</summary>
    NoWorker,

    /// <summary>Those that can do it take nothing more.</summary>
    WorkersDrain,

    /// <summary>The slots of a limit are taken.</summary>
    LimitFull,

    /// <summary>Slots are free, and an attempt that came first needs more of them.</summary>
    LimitLine,

    /// <summary>So many have started lately as a limit allows.</summary>
    LimitRate,

    /// <summary>A limit was told to come again later.</summary>
    LimitRests,

    /// <summary>A limit has just come up, and does not know yet who holds its slots.</summary>
    LimitSettling,

    /// <summary>Others go first, or all workers are busy.</summary>
    Turn,

    /// <summary>A worker took it from the queue and asks the task for it now.</summary>
    HandedOut,

    /// <summary>The queue does not hold it: word of it is on its way.</summary>
    OnItsWay,
}

public static class ObstacleKindExtensions
{
    /// <summary>As programs see it: <c>queue_paused</c>, <c>limit_full</c>, ...</summary>
    public static string ToWireName(this ObstacleKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

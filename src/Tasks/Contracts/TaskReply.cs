using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Contracts;

/// <summary>What became of a command.</summary>
[GenerateSerializer, Alias("VideoGen.CommandOutcome")]
public enum CommandOutcome
{
    /// <summary>It changed the task, and the change is durable.</summary>
    Applied,

    /// <summary>There was nothing to change: it was so already, or the task is finished and absorbs it (T6).</summary>
    Unchanged,

    /// <summary>Progress was taken into memory; it is durable within a second.</summary>
    Buffered,

    /// <summary>It was refused and left no trace (T5).</summary>
    Refused,
}

/// <summary>Why a command was refused.</summary>
[GenerateSerializer, Alias("VideoGen.RefusalReason")]
public enum RefusalReason
{
    None,

    /// <summary>There is no such task or stage.</summary>
    NotFound,

    /// <summary>The task does not allow this in its present state.</summary>
    InvalidState,

    /// <summary>The input is malformed or out of bounds.</summary>
    InvalidInput,

    /// <summary>The version moved on, or the id is taken by other content.</summary>
    Conflict,

    /// <summary>The lease is not, or no longer, the caller's (T7).</summary>
    LeaseLost,

    /// <summary>The operation id was used before with other content.</summary>
    OperationReused,

    /// <summary>The operation id is older than what the task remembers: it may or may not have been applied before.</summary>
    OperationExpired,

    /// <summary>Too much is waiting for this task; try again later.</summary>
    Busy,

    /// <summary>The stage was lost with several workers, so only one that does nothing beside it may start it; see <see cref="StartStage.Alone"/>.</summary>
    NotAlone,

    /// <summary>So many stages wait in a queue of the new task that it takes none now; see <see cref="TaskReply.RetryAfter"/>.</summary>
    QueueFull,
}

/// <summary>What a worker is to do with the stage it reported on.</summary>
[GenerateSerializer, Alias("VideoGen.WorkerDirective")]
public enum WorkerDirective
{
    Continue,

    /// <summary>Stop, and keep nothing: the task was cancelled, or the lease is another's.</summary>
    Cancel,

    /// <summary>Stop, and give the stage back.</summary>
    Pause,
}

/// <summary>The answer to a command.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskReply")]
public sealed record TaskReply
{
    [Id(0)] public required CommandOutcome Outcome { get; init; }

    /// <summary>The version that the command made, or else the one that it met. 0 when there is no task.</summary>
    [Id(1)] public long Version { get; init; }

    [Id(2)] public RefusalReason Reason { get; init; }

    /// <summary>Why, in words for a person, when the command was refused or changed nothing.</summary>
    [Id(3)] public string? Message { get; init; }

    [Id(4)] public WorkerDirective Directive { get; init; }

    /// <summary>The lease that <see cref="StartStage"/> was given, or the taker of <see cref="CompleteStage"/>.</summary>
    [Id(5)] public StageLease? Lease { get; init; }

    /// <summary>Operation ids must be newer than this; see <see cref="RefusalReason.OperationExpired"/>.</summary>
    [Id(6)] public DateTimeOffset OperationFloor { get; init; }

    /// <summary>The task's time, where the command was refused because the sender's clock is too far ahead of it; else null.</summary>
    [Id(7)] public DateTimeOffset? ClusterTime { get; init; }

    /// <summary>What the taker of the lease has to know; null without a lease, and from a silo that does not know of it: then the task is read.</summary>
    [Id(8)] public StageBrief? Brief { get; init; }

    /// <summary>When the same command may find room, where the cluster has too much to do for it now; else null.</summary>
    [Id(9)] public TimeSpan? RetryAfter { get; init; }

    public bool IsRefused => Outcome == CommandOutcome.Refused;
}

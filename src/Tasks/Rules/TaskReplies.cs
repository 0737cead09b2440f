using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Tasks.Rules;

/// <summary>All answers of a task. Each takes the version that it is given at, so that none says 0 of a task that exists.</summary>
internal static class TaskReplies
{
    public static TaskReply Applied(long version, StageLease? lease, TaskState? state, TaskCommand command) =>
        new()
        {
            Outcome = CommandOutcome.Applied,
            Version = version,
            Lease = lease,
            Brief = lease is null ? null : StageBrief.Of(state, lease.Token),
            Directive = Directive(state, command),
        };

    public static TaskReply Unchanged(string why, long version, TaskState? state, TaskCommand command) =>
        new() { Outcome = CommandOutcome.Unchanged, Version = version, Message = why, Directive = Directive(state, command) };

    public static TaskReply Buffered(long version, TaskState? state, ReportProgress report) =>
        new() { Outcome = CommandOutcome.Buffered, Version = version, Directive = Directive(state, report) };

    public static TaskReply Refused(TaskDecision.Refused refused, long version) => Refused(refused.Reason, refused.Why, version) with
    {
        Directive = refused.Reason is RefusalReason.LeaseLost or RefusalReason.NotFound ? WorkerDirective.Cancel : WorkerDirective.Continue,
    };

    public static TaskReply InvalidInput(string why, long version) => Refused(RefusalReason.InvalidInput, why, version);

    /// <summary>The sender's clock is too far ahead. It learns the time, and may ask again under an id that it makes by that.</summary>
    public static TaskReply ClockAhead(string why, long version, DateTimeOffset now) => InvalidInput(why, version) with { ClusterTime = now };

    public static TaskReply Busy(string why, long version) => Refused(RefusalReason.Busy, why, version);

    public static TaskReply QueueFull(string why, TimeSpan retryAfter, long version) =>
        Refused(RefusalReason.QueueFull, why, version) with { RetryAfter = retryAfter };

    /// <summary>The id of the operation came before, with other content.</summary>
    public static TaskReply Reused(OperationId operation, long version) =>
        Refused(RefusalReason.OperationReused, $"Operation {operation} was used before, for something else.", version);

    /// <summary>The id of the operation is not newer than the floor, so whether it came before cannot be told any more.</summary>
    public static TaskReply Expired(OperationId operation, CommitRecord commit)
    {
        var why = $"Operation {operation} is older than what task {commit.TaskId} remembers, so it may have been done before. "
            + "Read the task, and ask again under a new operation id if it was not.";
        return Refused(RefusalReason.OperationExpired, why, commit.Version) with
        {
            OperationFloor = DateTimeOffset.FromUnixTimeMilliseconds(commit.Ledger.Floor),
        };
    }

    /// <summary>The answer that a remembered operation got, or would have got, the first time (T2).</summary>
    public static TaskReply FirstResult(LedgerEntry entry, TaskState? state, TaskCommand command)
    {
        if (entry.Refusal != RefusalReason.None)
        {
            return Refused(new TaskDecision.Refused(entry.Refusal, "It was refused when it came first, and had no effect."), entry.Version);
        }

        if (entry.IsUnchanged)
        {
            return Unchanged("It changed nothing when it came first.", entry.Version, state, command);
        }

        var lease = entry.Token == 0 ? null : state?.Stages.FirstOrDefault(stage => stage.Lease?.Token == entry.Token)?.Lease;
        return Applied(entry.Version, lease, state, command);
    }

    private static TaskReply Refused(RefusalReason reason, string why, long version) =>
        new() { Outcome = CommandOutcome.Refused, Reason = reason, Message = why, Version = version };

    /// <summary>What the worker that reports is to do next.</summary>
    private static WorkerDirective Directive(TaskState? state, TaskCommand command) => (state, command) switch
    {
        (_, not ReportProgress) => WorkerDirective.Continue,
        (null, _) => WorkerDirective.Cancel,
        ({ Status: RunStatus.Paused, FinishesStages: false }, _) => WorkerDirective.Pause,
        ({ Status: RunStatus.Cancelled or RunStatus.Failed or RunStatus.Completed }, _) => WorkerDirective.Cancel,
        _ => WorkerDirective.Continue,
    };
}

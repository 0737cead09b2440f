using System.IO.Hashing;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>A command that waits for its answer.</summary>
internal sealed class PendingCommand
{
    /// <summary>Whoever waits on the scheduler of the loop, which is the rule, goes on at once within <see cref="Reply"/>.</summary>
    private readonly TaskCompletionSource<TaskReply> _answer = new();

    /// <param name="operation">Its id.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="arrivedAt">By the clocks of the grain. The command is judged by this time, however long storage keeps it waiting.</param>
    /// <param name="lineage">The <see cref="DurableRecord.Lineage"/> under which it was admitted.</param>
    public PendingCommand(OperationId operation, TaskCommand command, Arrival arrivedAt, long lineage)
    {
        using var scratch = PooledJson.Take();
        CommandJsonWriter.Write(scratch.Writer, command);
        var content = scratch.Written;
        Operation = operation;
        Command = command;
        ArrivedAt = arrivedAt;
        Lineage = lineage;
        Fingerprint = unchecked((int)XxHash3.HashToUInt64(content));
        Size = content.Length;
    }

    public OperationId Operation { get; }

    public TaskCommand Command { get; }

    /// <inheritdoc cref="DecisionContext.Granted"/>
    public StageName Granted { get; init; }

    public Arrival ArrivedAt { get; }

    public long Lineage { get; }

    /// <summary>Of the command's content, so that an operation id that comes again with other content is noticed.</summary>
    public int Fingerprint { get; }

    /// <summary>Bytes of the command as JSON.</summary>
    public int Size { get; }

    public Task<TaskReply> Answer => _answer.Task;

    /// <summary>What is wrong with the operation id or the size, in a person's words; null when the command may wait for its turn (T10).</summary>
    public string? Problem()
    {
        if (Operation.Timestamp == 0)
        {
            return $"The operation id {Operation} is not a version 7 UUID.";
        }

        return Size > Limits.MaxCommandBytes ? $"The command has {Size} bytes; {Limits.MaxCommandBytes} is the most." : null;
    }

    /// <summary>What is wrong with the clock that made the operation id; null when it is near enough to this one (T10).</summary>
    public string? ProblemOfClock(DateTimeOffset now) => Operation.Timestamp > (now + Limits.MaxClockLead).ToUnixTimeMilliseconds()
        ? $"The operation id {Operation} was made by a clock that is more than {Limits.MaxClockLead.TotalDays:0} day ahead of this one."
        : null;

    /// <summary>
    /// What a stored document says of this operation: its first result, or that the id was used for something else, or (when its age is to be judged) that it
    /// may have been forgotten. Null when it was not applied.
    /// </summary>
    public TaskReply? Recall(TaskDocument document, bool judgeAge)
    {
        var ledger = document.Commit.Ledger;
        if (ledger.Find(Operation) is { } entry)
        {
            return entry.Fingerprint == Fingerprint
                ? TaskReplies.FirstResult(entry, document.State, Command)
                : TaskReplies.Reused(Operation, document.Commit.Version);
        }

        return judgeAge && ledger.MayHaveForgotten(Operation) ? TaskReplies.Expired(Operation, document.Commit) : null;
    }

    public void Reply(TaskReply reply) => _answer.TrySetResult(reply);

    public void Throw(Exception exception) => _answer.TrySetException(exception);
}

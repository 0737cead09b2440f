using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>What one write is for.</summary>
/// <param name="Commands">They wait for their answer, in the order in which they came.</param>
/// <param name="Progress">It was answered when it came.</param>
internal readonly record struct CommitBatch(List<PendingCommand> Commands, IReadOnlyList<BufferedReport> Progress)
{
    /// <summary>What became of notices. It goes with the progress, and nobody's answer depends on it.</summary>
    public IReadOnlyList<NoticeChange> Notices { get; init; } = [];

    /// <summary>Whether nothing of it can be tried without the rest. However many reports there are, they are one part.</summary>
    public bool IsOnePart => Commands.Count + Math.Min(Progress.Count + Notices.Count, 1) <= 1;

    /// <summary>The progress, and each command by itself.</summary>
    public IEnumerable<CommitBatch> Parts() => Commands.Select(command => new CommitBatch([command], [])).Prepend(this with { Commands = [] });

    /// <param name="durable">The last document.</param>
    /// <param name="taskId">Whose it is.</param>
    /// <param name="lineage">The <see cref="DurableRecord.Lineage"/> that it belongs to.</param>
    /// <param name="clock">Judges when things came.</param>
    /// <param name="subscribed">Who is told of what changes.</param>
    public TaskFold FoldOver(TaskDocument durable, string taskId, long lineage, TaskClock clock, Webhooks subscribed)
    {
        var fold = new TaskFold(durable, taskId, lineage, clock, subscribed);
        fold.Join(Progress);
        Commands.ForEach(fold.Apply);
        fold.Change(Notices);
        return fold;
    }

    /// <summary>It is over. Changes of notices that were not stored are asked for again by whoever asked.</summary>
    public void End()
    {
        foreach (var change in Notices)
        {
            change.End(isDurable: false);
        }
    }

    /// <summary>How long the first command has waited; zero where there is none.</summary>
    public TimeSpan WaitedIn(TimeProvider time) => Commands.Count == 0 ? TimeSpan.Zero : time.GetElapsedTime(Commands[0].ArrivedAt.Timestamp);

    /// <summary>Answers each command by what a document remembers of it; those that it does not know fail.</summary>
    /// <param name="durable">The last document.</param>
    /// <param name="lineage">The <see cref="DurableRecord.Lineage"/> that it belongs to.</param>
    /// <param name="failure">Of the others.</param>
    public void Settle(TaskDocument durable, long lineage, Exception failure)
    {
        foreach (var pending in Commands)
        {
            if (pending.Recall(durable, judgeAge: pending.Lineage != lineage) is { } known)
            {
                pending.Reply(known);
            }
            else
            {
                pending.Throw(failure);
            }
        }
    }

    public void Reply(TaskReply reply) => Commands.ForEach(pending => pending.Reply(reply));

    public void Throw(Exception exception) => Commands.ForEach(pending => pending.Throw(exception));
}

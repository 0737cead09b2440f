using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Commit;

/// <summary>
/// The commands of one task that wait or are in flight, each operation once: a second send of an id gets the answer of the first (T2). What was
/// answered without an effect is remembered for a while as well, with its words, so that a repeat gets the same ones, also where there is no record yet whose
/// ledger could hold it.
/// </summary>
internal sealed class CommandInbox
{
    private readonly Queue<PendingCommand> _waiting = [];
    private readonly Dictionary<OperationId, (int Fingerprint, Task<TaskReply> Answer)> _known = [];
    private readonly Queue<OperationId> _answered = [];
    private long _waitingBytes;

    public bool IsEmpty => _waiting.Count == 0;

    public int Count => _waiting.Count;

    /// <summary>The answer that the same operation got, or will get; null when this one is the first of its id.</summary>
    /// <param name="pending">What came now.</param>
    /// <param name="version">Of the task, for the refusal of an id that came with other content.</param>
    public Task<TaskReply>? Find(PendingCommand pending, long version)
    {
        if (!_known.TryGetValue(pending.Operation, out var first))
        {
            return null;
        }

        return first.Fingerprint == pending.Fingerprint ? first.Answer : Task.FromResult(TaskReplies.Reused(pending.Operation, version));
    }

    public bool HasRoomFor(PendingCommand pending) => _waiting.Count < Limits.MaxWaitingCommands && _waitingBytes + pending.Size <= Limits.MaxWaitingBytes;

    public void Add(PendingCommand pending)
    {
        _waiting.Enqueue(pending);
        _waitingBytes += pending.Size;
        _known.Add(pending.Operation, (pending.Fingerprint, pending.Answer));
    }

    /// <summary>The next commands for one write, bounded in number and in bytes.</summary>
    public List<PendingCommand> TakeBatch()
    {
        var batch = new List<PendingCommand>(Math.Min(_waiting.Count, Limits.MaxBatch));
        var bytes = 0L;
        while (batch.Count < Limits.MaxBatch && _waiting.TryPeek(out var pending) && (batch.Count == 0 || bytes + pending.Size <= Limits.MaxBatchBytes))
        {
            bytes += pending.Size;
            batch.Add(_waiting.Dequeue());
        }

        _waitingBytes -= bytes;
        return batch;
    }

    /// <summary>Answers all that waits with the same failure: nothing of it was tried.</summary>
    public void FailWaiting(Exception exception)
    {
        PendingCommand[] failed = [.. _waiting];
        _waiting.Clear();
        _waitingBytes = 0;
        foreach (var pending in failed)
        {
            _known.Remove(pending.Operation);
            pending.Throw(exception);
        }
    }

    /// <summary>Forgets the answered commands. Those without effect are kept for a while: perhaps no ledger holds them.</summary>
    public void Settle(List<PendingCommand> batch)
    {
        foreach (var pending in batch)
        {
            if (!pending.Answer.IsCompletedSuccessfully || pending.Answer.Result.Outcome == CommandOutcome.Applied)
            {
                _known.Remove(pending.Operation);
                continue;
            }

            _answered.Enqueue(pending.Operation);
            if (_answered.Count > Limits.RememberedAnswers)
            {
                _known.Remove(_answered.Dequeue());
            }
        }
    }
}

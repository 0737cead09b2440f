using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Tasks.Rules;

/// <summary>
/// What one activation knows of the leases of its task beyond the record. A lease that a former activation gave out gets its whole length again from the
/// moment at which the record was taken over: its holder may have been heard without a trace in the record, and the clock of the former one is not this one.
/// </summary>
internal sealed class LeaseTerms
{
    private readonly Dictionary<StageName, (long Token, DateTimeOffset End)> _heard = [];
    private DateTimeOffset _since;
    private DateTimeOffset _writtenBefore;
    private long _formerTokens;

    /// <summary>Counts the records that were taken over.</summary>
    public int Takeovers { get; private set; }

    /// <summary>Another activation wrote the record that is decided on from now on.</summary>
    public void TakeOver(DateTimeOffset now, CommitRecord found)
    {
        _since = now;
        _writtenBefore = found.WrittenAt;
        _formerTokens = found.HighestToken;
        _heard.Clear();
        Takeovers++;
    }

    /// <summary>
    /// A report of the holder arrived. It counts even where it is not worth a write. Only stages of the task get in, so no more are kept than it has.
    /// </summary>
    public void Hear(TaskState? state, ReportProgress report, DateTimeOffset arrivedAt)
    {
        if (report.ExtendLease is { } duration && state is not null && state.Stages.TryGet(report.Stage, out var stage)
            && stage.Lease is { } lease && lease.Token == report.Token)
        {
            var end = arrivedAt + duration;
            _heard[report.Stage] = (lease.Token, Later(end, HeardEndOf(report.Stage, lease) ?? end));
        }
    }

    /// <summary>What the record says of the end counts only for leases that this activation gave out.</summary>
    public DateTimeOffset EndOf(StageName stage, StageLease lease) =>
        HeardEndOf(stage, lease) is { } heard ? heard : IsFormer(lease) ? _since + LengthOf(lease) : lease.ExpiresAt;

    /// <summary>Whether a former activation gave the lease out, and its holder has not been heard since.</summary>
    public bool IsUnheard(StageName stage, StageLease lease) => IsFormer(lease) && HeardEndOf(stage, lease) is null;

    private bool IsFormer(StageLease lease) => lease.Token <= _formerTokens;

    /// <summary>Of a lease without a stored length, what was left of it when the record was written; at least what workers ask for.</summary>
    private TimeSpan LengthOf(StageLease lease) => lease.Duration
        ?? (lease.ExpiresAt - _writtenBefore is var rest && rest > Limits.DefaultLease ? rest : Limits.DefaultLease);

    private DateTimeOffset? HeardEndOf(StageName stage, StageLease lease) =>
        _heard.TryGetValue(stage, out var heard) && heard.Token == lease.Token ? heard.End : null;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

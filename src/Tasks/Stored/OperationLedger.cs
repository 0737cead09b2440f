using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Tasks.Stored;

/// <summary>
/// The operations that a task remembers, in the order of their commits, at most <see cref="Limits.LedgerCapacity"/> and not much older than
/// <see cref="Window"/>. What it forgets raises its floor: an id that is not newer than the floor, and not remembered, cannot be told from a
/// repeat and is refused (T2).
/// </summary>
/// <remarks>Every commit makes a new ledger and writes it, so each shares all but its last block with the one before, the stored form included.</remarks>
[JsonConverter(typeof(OperationLedgerJsonConverter))]
public sealed class OperationLedger
{
    /// <summary>How long an operation is remembered at least, unless so many others follow that the capacity is reached.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly ImmutableArray<LedgerBlock> _parts;
    private readonly int _count;
    private readonly Times _times;
    private Dictionary<OperationId, LedgerEntry>? _byId;

    private OperationLedger(ImmutableArray<LedgerBlock> parts, int count, Times times, long floor)
    {
        _parts = parts;
        _count = count;
        _times = times;
        Floor = floor;
    }

    public static OperationLedger Empty { get; } = new([], 0, Times.None, 0);

    public IEnumerable<LedgerEntry> Entries => _parts.SelectMany(part => part.Entries);

    /// <summary>Unix milliseconds: the newest timestamp of a forgotten operation.</summary>
    public long Floor { get; }

    internal ImmutableArray<LedgerBlock> Parts => _parts;

    /// <summary>Most ids are newer than all that is remembered, which is known without a look at it.</summary>
    public LedgerEntry? Find(OperationId operation) =>
        operation.Timestamp > _times.Newest ? null : (_byId ??= Entries.ToDictionary(entry => entry.Operation)).GetValueOrDefault(operation);

    /// <summary>Whether an id that is not remembered may be a forgotten one.</summary>
    public bool MayHaveForgotten(OperationId operation) => operation.Timestamp <= Floor;

    /// <summary>Remembers more operations; forgets those that are too old, and the first ones when there are too many.</summary>
    public OperationLedger Append(ReadOnlySpan<LedgerEntry> added, DateTimeOffset now)
    {
        // This one hands its index on: it is rarely asked again, and rebuilds it if so.
        var byId = Interlocked.Exchange(ref _byId, null);
        var (kept, forgotten, times) = Forget(_count + added.Length - Limits.LedgerCapacity, (now - Window).ToUnixTimeMilliseconds());
        var floor = Floor;
        foreach (var entry in forgotten)
        {
            floor = Math.Max(floor, entry.Operation.Timestamp);
            byId?.Remove(entry.Operation);
        }

        foreach (var entry in added)
        {
            times = times.With(entry.Operation.Timestamp);
            byId?.TryAdd(entry.Operation, entry);
        }

        return new OperationLedger(LedgerBlock.Append(kept, added), _count - forgotten.Length + added.Length, times, floor) { _byId = byId };
    }

    internal static OperationLedger Restore(long floor, ImmutableArray<LedgerBlock> parts) => new(parts, parts.Sum(part => part.Count), Times.Of(parts), floor);

    /// <summary>Without its first entries and without those that are older. Most commits need only the first block.</summary>
    private (ImmutableArray<LedgerBlock> Kept, ImmutableArray<LedgerEntry> Forgotten, Times Times) Forget(int first, long oldest)
    {
        if (_times.Oldest >= oldest && first <= 0)
        {
            return (_parts, [], _times);
        }

        if (_times.Oldest >= oldest && _parts is [var front, ..] && first < front.Count)
        {
            var (left, dropped) = front.DropFirst(first, oldest, mayTrim: true);
            return (_parts.SetItem(0, left!), dropped, _times);
        }

        var kept = ImmutableArray.CreateBuilder<LedgerBlock>(_parts.Length);
        var forgotten = ImmutableArray.CreateBuilder<LedgerEntry>();
        foreach (var part in _parts)
        {
            var (rest, without) = part.DropFirst(first, oldest, mayTrim: kept.Count == 0);
            first -= part.Count;
            forgotten.AddRange(without);
            if (rest is not null)
            {
                kept.Add(rest);
            }
        }

        var parts = kept.DrainToImmutable();
        return (parts, forgotten.DrainToImmutable(), Times.Of(parts));
    }

    /// <summary>Bounds of the times of all operations, in Unix milliseconds; wider than the times themselves where forgetting did not narrow them.</summary>
    private readonly record struct Times(long Oldest, long Newest)
    {
        public static Times None { get; } = new(long.MaxValue, long.MinValue);

        public static Times Of(ImmutableArray<LedgerBlock> parts) =>
            parts.Aggregate(None, (times, part) => times.With(part.Oldest).With(part.Newest));

        public Times With(long time) => new(Math.Min(Oldest, time), Math.Max(Newest, time));
    }
}

/// <summary>One remembered operation.</summary>
/// <param name="Operation">Its id.</param>
/// <param name="Fingerprint">Of the command, so that an id that is used again with other content is noticed.</param>
/// <param name="Version">Of the task after it.</param>
/// <param name="Token">The lease token that it gave out, or 0.</param>
/// <param name="Refusal">Why it had no effect, when it was refused.</param>
/// <param name="IsUnchanged">Whether it had no effect without being refused.</param>
public sealed record LedgerEntry(
    OperationId Operation, int Fingerprint, long Version, long Token, RefusalReason Refusal = RefusalReason.None, bool IsUnchanged = false)
{
    /// <summary>Whether it changed the task. What did not is remembered as well, so that no other activation applies it after all (T5).</summary>
    public bool IsApplied => Refusal == RefusalReason.None && !IsUnchanged;
}

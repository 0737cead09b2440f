using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// The operations that a task remembers, in the order of their commits, at most <see cref="Limits.LedgerCapacity"/> and not much older than
/// <see cref="Window"/>. What it forgets raises its floor: an id that is not newer than the floor, and not remembered, cannot be told from a
/// repeat and is refused (T2).
/// </summary>
/// <remarks>Every commit makes a new ledger and writes it, so one shares all but its last part with the one before, the stored form included.</remarks>
[JsonConverter(typeof(OperationLedgerJsonConverter))]
public sealed class OperationLedger
{
    /// <summary>How long an operation is remembered at least, unless so many others follow that the capacity is reached.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly ImmutableArray<LedgerPart> _parts;
    private readonly long _newest;
    private Dictionary<OperationId, LedgerEntry>? _byId;

    private OperationLedger(ImmutableArray<LedgerPart> parts, long floor)
    {
        _parts = parts;
        _newest = parts.IsEmpty ? long.MinValue : parts.Max(part => part.Newest);
        Floor = floor;
    }

    public static OperationLedger Empty { get; } = new([], 0);

    public IEnumerable<LedgerEntry> Entries => _parts.SelectMany(part => part.Entries);

    /// <summary>Unix milliseconds: the newest timestamp of a forgotten operation.</summary>
    public long Floor { get; }

    internal ImmutableArray<LedgerPart> Parts => _parts;

    /// <summary>Most ids are newer than all that is remembered, which is known without a look at it.</summary>
    public LedgerEntry? Find(OperationId operation) =>
        operation.Timestamp > _newest ? null : (_byId ??= Entries.ToDictionary(entry => entry.Operation)).GetValueOrDefault(operation);

    /// <summary>Whether an id that is not remembered may be a forgotten one.</summary>
    public bool MayHaveForgotten(OperationId operation) => operation.Timestamp <= Floor;

    /// <summary>Remembers more operations, and forgets what is too old or too much.</summary>
    public OperationLedger Append(ReadOnlySpan<LedgerEntry> added, DateTimeOffset now)
    {
        // The next ledger goes on with the index of this one, which makes another if it is asked again.
        var byId = Interlocked.Exchange(ref _byId, null);
        var floor = Floor;
        var excess = _parts.Sum(part => part.Count) + added.Length - Limits.LedgerCapacity;
        var oldest = (now - Window).ToUnixTimeMilliseconds();
        var kept = ImmutableArray.CreateBuilder<LedgerPart>(_parts.Length);
        foreach (var part in _parts)
        {
            var (rest, forgotten) = part.Forget(excess, oldest, mayCut: kept.Count == 0);
            excess -= part.Count;
            if (rest is not null)
            {
                kept.Add(rest);
            }

            foreach (var entry in forgotten)
            {
                floor = Math.Max(floor, entry.Operation.Timestamp);
                byId?.Remove(entry.Operation);
            }
        }

        foreach (var entry in added)
        {
            byId?.TryAdd(entry.Operation, entry);
        }

        return new OperationLedger(LedgerPart.Append(kept.DrainToImmutable(), added), floor) { _byId = byId };
    }

    internal static OperationLedger Restore(long floor, ImmutableArray<LedgerPart> parts) => new(parts, floor);
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

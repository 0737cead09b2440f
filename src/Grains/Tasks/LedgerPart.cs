using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// A few operations in a row. They are stored in base64 as few bytes, since every commit writes the ledger again; before base64 an entry takes about 17:
/// <list type="number">
/// <item>the first 6 bytes of the id as a number, less that of the entry before (varint, zigzag);</item>
/// <item>the other 10 bytes of the id;</item>
/// <item>the fingerprint (4 bytes, big-endian);</item>
/// <item>the version, less that of the entry before (varint, zigzag);</item>
/// <item>the token (varint, zigzag); where there was no effect, -1 for that nothing changed, or less 1 the number of the refusal's reason, negative.</item>
/// </list>
/// </summary>
internal sealed class LedgerPart
{
    /// <summary>Entries of a full part: few enough to make the first and the last one anew with each commit.</summary>
    public const int Capacity = 32;

    /// <summary>In place of a token: nothing changed. Refusals are below.</summary>
    private const long Unchanged = -1;

    private const int IdLength = 16;

    private const int TimestampLength = 6;

    private const int MaxVarintLength = 10;

    private const int MaxEntryLength = IdLength - TimestampLength + sizeof(int) + (3 * MaxVarintLength);

    private readonly long _oldest;
    private byte[]? _json;

    public LedgerPart(ImmutableArray<LedgerEntry> entries)
    {
        Entries = entries;
        Newest = entries.Max(entry => entry.Operation.Timestamp);
        _oldest = entries.Min(entry => entry.Operation.Timestamp);
    }

    /// <summary>At least one.</summary>
    public ImmutableArray<LedgerEntry> Entries { get; }

    /// <summary>Unix milliseconds: the newest timestamp of its operations.</summary>
    public long Newest { get; }

    /// <summary>The stored form, a JSON text.</summary>
    public ReadOnlySpan<byte> Json => _json ??= Encode();

    /// <summary>Without its first entries and without those that are older; no part when none is left.</summary>
    public (LedgerPart? Left, ImmutableArray<LedgerEntry> Forgotten) Forget(int first, long oldest)
    {
        if (first <= 0 && _oldest >= oldest)
        {
            return (this, []);
        }

        var isForgotten = Entries.Select((entry, i) => i < first || entry.Operation.Timestamp < oldest).ToArray();
        ImmutableArray<LedgerEntry> rest = [.. Entries.Where((_, i) => !isForgotten[i])];
        return (rest.IsEmpty ? null : new LedgerPart(rest), [.. Entries.Where((_, i) => isForgotten[i])]);
    }

    /// <summary>The parts with more entries after them: the last part is filled up, and others follow.</summary>
    public static ImmutableArray<LedgerPart> Append(ReadOnlySpan<LedgerPart> parts, IReadOnlyList<LedgerEntry> added)
    {
        if (added.Count == 0)
        {
            return [.. parts];
        }

        var last = parts is [.., { Entries.Length: < Capacity } open] ? open.Entries : [];
        var all = ImmutableArray.CreateBuilder<LedgerPart>(parts.Length + 1 + (added.Count / Capacity));
        all.AddRange(last.IsEmpty ? parts : parts[..^1]);
        ImmutableArray<LedgerEntry> entries = [.. last, .. added];
        for (var i = 0; i < entries.Length; i += Capacity)
        {
            all.Add(new LedgerPart(entries.Slice(i, Math.Min(Capacity, entries.Length - i))));
        }

        return all.DrainToImmutable();
    }

    /// <exception cref="FormatException">It is not what <see cref="Json"/> holds.</exception>
    public static LedgerPart Decode(ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty)
        {
            throw new FormatException("A part of it is empty.");
        }

        var entries = ImmutableArray.CreateBuilder<LedgerEntry>(Capacity);
        var (time, version) = (0L, 0L);
        Span<byte> id = stackalloc byte[sizeof(ushort) + IdLength];
        while (!packed.IsEmpty)
        {
            time += ReadNumber(ref packed);
            BinaryPrimitives.WriteInt64BigEndian(id, time);
            Take(ref packed, IdLength - TimestampLength).CopyTo(id[sizeof(long)..]);
            var fingerprint = BinaryPrimitives.ReadInt32BigEndian(Take(ref packed, sizeof(int)));
            version += ReadNumber(ref packed);
            var operation = new OperationId(new Guid(id[sizeof(ushort)..], bigEndian: true));
            var token = ReadNumber(ref packed);
            entries.Add(token > Unchanged
                ? new LedgerEntry(operation, fingerprint, version, token)
                : new LedgerEntry(operation, fingerprint, version, 0, (RefusalReason)(Unchanged - token), IsUnchanged: token == Unchanged));
        }

        return new LedgerPart(entries.DrainToImmutable());
    }

    private byte[] Encode()
    {
        Span<byte> packed = stackalloc byte[Entries.Length * MaxEntryLength];
        packed = packed[..Pack(packed)];
        var json = new byte[Base64.GetMaxEncodedToUtf8Length(packed.Length) + 2];
        json[0] = json[^1] = (byte)'"';
        Base64.EncodeToUtf8(packed, json.AsSpan(1), out _, out _);
        return json;
    }

    private int Pack(Span<byte> packed)
    {
        var rest = packed;
        var (time, version) = (0L, 0L);
        Span<byte> id = stackalloc byte[IdLength];
        foreach (var entry in Entries)
        {
            entry.Operation.Value.TryWriteBytes(id, bigEndian: true, out _);
            var entryTime = TimeOf(id);
            WriteNumber(ref rest, entryTime - time);
            id[TimestampLength..].CopyTo(rest);
            rest = rest[(IdLength - TimestampLength)..];
            BinaryPrimitives.WriteInt32BigEndian(rest, entry.Fingerprint);
            rest = rest[sizeof(int)..];
            WriteNumber(ref rest, entry.Version - version);
            WriteNumber(ref rest, entry.IsApplied ? entry.Token : entry.IsUnchanged ? Unchanged : Unchanged - (long)entry.Refusal);
            (time, version) = (entryTime, entry.Version);
        }

        return packed.Length - rest.Length;
    }

    private static long TimeOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadInt64BigEndian(id) >> 16;

    private static void WriteNumber(ref Span<byte> rest, long number)
    {
        var zigzag = (ulong)((number << 1) ^ (number >> 63));
        var length = 0;
        for (; zigzag >= 0x80; zigzag >>= 7)
        {
            rest[length++] = (byte)(zigzag | 0x80);
        }

        rest[length++] = (byte)zigzag;
        rest = rest[length..];
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        var zigzag = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref rest, 1)[0];
            zigzag |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            }

            if (shift > 63 - 7)
            {
                throw new FormatException("A number in it has no end.");
            }
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
        {
            throw new FormatException("It ends within an entry.");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Tasks.Stored;

/// <summary>
/// A few operations in a row, packed: every commit writes them all, but reads few. What is forgotten at the front stays packed until the whole block is
/// forgotten, so that a commit changes the bytes of the last block only. An entry takes about 17 bytes:
/// <list type="number">
/// <item>the first 6 bytes of the id as a number, less that of the entry before (varint, zigzag);</item>
/// <item>the other 10 bytes of the id;</item>
/// <item>the fingerprint (4 bytes, big-endian);</item>
/// <item>the version, less that of the entry before (varint, zigzag);</item>
/// <item>the token (varint, zigzag); or -1: nothing changed; or -1 less the number of the reason: refused.</item>
/// </list>
/// </summary>
internal sealed class LedgerBlock
{
    /// <summary>Entries of a full part.</summary>
    public const int Capacity = 32;

    /// <summary>In place of a token: nothing changed. Refusals are below.</summary>
    private const long Unchanged = -1;

    private const int IdLength = 16;

    private const int TimestampLength = 6;

    private const int MaxVarintLength = 10;

    private const int MaxEntryLength = IdLength - TimestampLength + sizeof(int) + (3 * MaxVarintLength);

    private readonly byte[] _packed;
    private readonly Trim _trim;
    private readonly Anchor _last;
    private byte[]? _json;

    private LedgerBlock(byte[] packed, Trim trim, int count, Anchor last, long oldest, long newest)
    {
        _packed = packed;
        _trim = trim;
        _last = last;
        Oldest = oldest;
        Count = count;
        Newest = newest;
    }

    /// <summary>Remembered entries: at least one.</summary>
    public int Count { get; }

    /// <summary>Entries at the front that are packed, but forgotten.</summary>
    public int Forgotten => _trim.Entries;

    /// <summary>Unix milliseconds; no operation of it is older.</summary>
    public long Oldest { get; }

    /// <summary>Unix milliseconds; no operation of it is newer.</summary>
    public long Newest { get; }

    /// <summary>Base64 as an element of a JSON array, with the comma after it.</summary>
    public ReadOnlyMemory<byte> Json => _json ??= ToJson(_packed);

    private int PackedCount => Forgotten + Count;

    public ImmutableArray<LedgerEntry> Entries
    {
        get
        {
            var reader = RememberedReader;
            return reader.Take(Count);
        }
    }

    private Reader RememberedReader => new(_packed.AsSpan(_trim.Bytes), _trim.Before);

    /// <summary>Without its first entries and without those that are older; no block when none is left.</summary>
    /// <param name="count">How many of the first are dropped.</param>
    /// <param name="oldest">Unix milliseconds; older ones are forgotten wherever they are.</param>
    /// <param name="mayTrim">Whether what is forgotten at the front may stay packed.</param>
    public (LedgerBlock? Left, ImmutableArray<LedgerEntry> Forgotten) DropFirst(int count, long oldest, bool mayTrim)
    {
        count = Math.Max(count, 0);
        if (count >= Count)
        {
            return (null, Entries);
        }

        if (Oldest >= oldest && (count == 0 || mayTrim))
        {
            return count == 0 ? (this, []) : TrimFront(count, Oldest);
        }

        var entries = Entries;
        var isForgotten = entries.Select((entry, i) => i < count || entry.Operation.Timestamp < oldest).ToArray();
        var atFront = Array.IndexOf(isForgotten, false);
        LedgerEntry[] rest = [.. entries.Where((_, i) => !isForgotten[i])];
        return rest.Length == 0 ? (null, entries)
            : mayTrim && rest.Length == Count - atFront ? TrimFront(atFront, rest.Min(entry => entry.Operation.Timestamp))
            : (Append(null, rest), [.. entries.Where((_, i) => isForgotten[i])]);
    }

    /// <summary>The parts with more entries after them: the last part is filled up, and others follow.</summary>
    public static ImmutableArray<LedgerBlock> Append(ImmutableArray<LedgerBlock> parts, ReadOnlySpan<LedgerEntry> added)
    {
        if (added.IsEmpty)
        {
            return parts;
        }

        var all = parts.ToBuilder();
        if (parts is [.., { PackedCount: < Capacity } open])
        {
            var fitting = Math.Min(Capacity - open.PackedCount, added.Length);
            all[^1] = Append(open, added[..fitting]);
            added = added[fitting..];
        }

        for (; !added.IsEmpty; added = added[Math.Min(Capacity, added.Length)..])
        {
            all.Add(Append(null, added[..Math.Min(Capacity, added.Length)]));
        }

        return all.DrainToImmutable();
    }

    /// <exception cref="FormatException">It is not what <see cref="Json"/> says.</exception>
    public static LedgerBlock Unpack(byte[] packed, int forgotten)
    {
        if (forgotten < 0)
        {
            throw new FormatException($"{forgotten} of its entries are forgotten.");
        }

        var reader = new Reader(packed, default);
        for (var i = 0; i < forgotten; i++)
        {
            reader.Next();
        }

        var trim = new Trim(forgotten, packed.Length - reader.Rest.Length, reader.Last);
        var (oldest, newest, count) = (long.MaxValue, long.MinValue, 0);
        for (; !reader.IsAtEnd; count++)
        {
            var time = reader.Next().Operation.Timestamp;
            (oldest, newest) = (Math.Min(oldest, time), Math.Max(newest, time));
        }

        return count > 0 ? new LedgerBlock(packed, trim, count, reader.Last, oldest, newest) : throw new FormatException("A part of it is empty.");
    }

    /// <summary>Forgets so many entries at the front, and leaves them packed.</summary>
    /// <param name="count">Fewer than all.</param>
    /// <param name="oldest">No entry that stays is older.</param>
    private (LedgerBlock Left, ImmutableArray<LedgerEntry> Forgotten) TrimFront(int count, long oldest)
    {
        var reader = RememberedReader;
        var taken = reader.Take(count);
        var trim = new Trim(_trim.Entries + count, _packed.Length - reader.Rest.Length, reader.Last);
        return (new LedgerBlock(_packed, trim, Count - count, _last, oldest, Newest) { _json = _json }, taken);
    }

    private static LedgerBlock Append(LedgerBlock? part, ReadOnlySpan<LedgerEntry> added)
    {
        var writer = new Writer(stackalloc byte[added.Length * MaxEntryLength], part?._last ?? default);
        var (oldest, newest) = (part?.Oldest ?? long.MaxValue, part?.Newest ?? long.MinValue);
        foreach (var entry in added)
        {
            var time = entry.Operation.Timestamp;
            (oldest, newest) = (Math.Min(oldest, time), Math.Max(newest, time));
            writer.Add(entry);
        }

        byte[] packed = [.. part is null ? [] : part._packed.AsSpan(), .. writer.Written];
        return new LedgerBlock(packed, part?._trim ?? default, (part?.Count ?? 0) + added.Length, writer.Last, oldest, newest);
    }

    private static byte[] ToJson(byte[] packed)
    {
        var json = new byte[Base64.GetMaxEncodedToUtf8Length(packed.Length) + 3];
        (json[0], json[^2], json[^1]) = ((byte)'"', (byte)'"', (byte)',');
        Base64.EncodeToUtf8(packed, json.AsSpan(1), out _, out _);
        return json;
    }

    /// <summary>The values that the next entry is stored as a difference from.</summary>
    private readonly record struct Anchor(long Time, long Version);

    /// <summary>How much of the front is forgotten, and what the first entry after it is a difference from.</summary>
    private readonly record struct Trim(int Entries, int Bytes, Anchor Before);

    private ref struct Writer(Span<byte> buffer, Anchor last)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public Anchor Last { get; private set; } = last;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Add(LedgerEntry entry)
        {
            Span<byte> id = stackalloc byte[IdLength];
            entry.Operation.Value.TryWriteBytes(id, bigEndian: true, out _);
            var time = BinaryPrimitives.ReadInt64BigEndian(id) >> 16;
            AddNumber(time - Last.Time);
            id[TimestampLength..].CopyTo(_buffer[_length..]);
            _length += IdLength - TimestampLength;
            BinaryPrimitives.WriteInt32BigEndian(_buffer[_length..], entry.Fingerprint);
            _length += sizeof(int);
            AddNumber(entry.Version - Last.Version);
            AddNumber(entry.IsApplied ? entry.Token : entry.IsUnchanged ? Unchanged : Unchanged - (long)entry.Refusal);
            Last = new Anchor(time, entry.Version);
        }

        private void AddNumber(long number)
        {
            var zigzag = (ulong)((number << 1) ^ (number >> 63));
            for (; zigzag >= 0x80; zigzag >>= 7)
            {
                _buffer[_length++] = (byte)(zigzag | 0x80);
            }

            _buffer[_length++] = (byte)zigzag;
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> packed, Anchor before)
    {
        public ReadOnlySpan<byte> Rest { get; private set; } = packed;

        public Anchor Last { get; private set; } = before;

        public readonly bool IsAtEnd => Rest.IsEmpty;

        public ImmutableArray<LedgerEntry> Take(int count)
        {
            var entries = ImmutableArray.CreateBuilder<LedgerEntry>(count);
            while (entries.Count < count)
            {
                entries.Add(Next());
            }

            return entries.MoveToImmutable();
        }

        public LedgerEntry Next()
        {
            Span<byte> id = stackalloc byte[sizeof(ushort) + IdLength];
            var time = Last.Time + NextNumber();
            BinaryPrimitives.WriteInt64BigEndian(id, time);
            NextBytes(IdLength - TimestampLength).CopyTo(id[sizeof(long)..]);
            var fingerprint = BinaryPrimitives.ReadInt32BigEndian(NextBytes(sizeof(int)));
            var version = Last.Version + NextNumber();
            var operation = new OperationId(new Guid(id[sizeof(ushort)..], bigEndian: true));
            var token = NextNumber();
            Last = new Anchor(time, version);
            return token > Unchanged
                ? new LedgerEntry(operation, fingerprint, version, token)
                : new LedgerEntry(operation, fingerprint, version, 0, (RefusalReason)(Unchanged - token), IsUnchanged: token == Unchanged);
        }

        private long NextNumber()
        {
            var zigzag = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var part = NextBytes(1)[0];
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

        private ReadOnlySpan<byte> NextBytes(int length)
        {
            if (Rest.Length < length)
            {
                throw new FormatException("It ends within an entry.");
            }

            var taken = Rest[..length];
            Rest = Rest[length..];
            return taken;
        }
    }
}

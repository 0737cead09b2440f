using VideoGen.Tasks.Json;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What makes one body into another, in few bytes: pieces, each of which says how many bytes stay, how many go after them, and which come in their place.
/// What follows the last piece stays. The numbers are varints, seven bits a byte and the lowest first; a piece of three zeros is the end.
/// </summary>
internal static class BodyChanges
{
    /// <summary>Most changes are small.</summary>
    private static readonly Search Near = new(Anchor: 12, Step: 8, Reach: 256, Window: 96);

    /// <summary>Some leave a long piece out. What looks alike at a distance is seldom the same, so more of it must be.</summary>
    private static readonly Search Far = new(Anchor: 64, Step: 32, Reach: 1024, Window: 4096);

    /// <summary>How far it is looked for what is alike in the same place of both.</summary>
    private const int InPlaceReach = 64;

    /// <summary>More of them are not looked for: others wait meanwhile.</summary>
    private const int MaxPieces = 1_000;

    /// <summary>Pieces that only one of the bodies has are looked past, so many of both together.</summary>
    private const int MaxApart = 16;

    private const int MaxVarintLength = 5;

    /// <summary>Fills the room with the changes and zeros after them. False when they do not fit or are too many; the room holds nothing of use then.</summary>
    /// <param name="before">The body that stands.</param>
    /// <param name="after">What it is to become.</param>
    /// <param name="room">For the changes.</param>
    public static bool TryWrite(Utf8Rope before, Utf8Rope after, Span<byte> room)
    {
        var writer = new Writer(room);
        var old = before.Pieces;
        var now = after.Pieces;
        while (!old.IsEmpty || !now.IsEmpty)
        {
            var (gone, come) = FirstShared(old, now);
            if (gone + come == 0)
            {
                writer.Keep(old[0].Length);
                old = old[1..];
                now = now[1..];
                continue;
            }

            // The first of those that go is likely to be an earlier form of the first that comes; there are none where a piece was left out or put in.
            (gone, come) = (Math.Min(gone, 1), Math.Min(come, 1));
            var (from, to) = (gone == 0 ? default : old[0], come == 0 ? default : now[0]);
            if (!writer.TryReplace(from.Span, to.Span))
            {
                return false;
            }

            old = old[gone..];
            now = now[come..];
        }

        return writer.TryEnd();
    }

    /// <exception cref="FormatException">These are no changes of that body.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> before, ReadOnlySpan<byte> changes)
    {
        var after = new List<byte>(before.Length + changes.Length);
        while (!changes.IsEmpty)
        {
            var (same, gone, come) = (ReadNumber(ref changes), ReadNumber(ref changes), ReadNumber(ref changes));
            if ((same, gone, come) == default)
            {
                break;
            }

            if (before.Length - same < gone || changes.Length < come)
            {
                throw new FormatException("It changes more than there is.");
            }

            after.AddRange(before[..same]);
            after.AddRange(changes[..come]);
            before = before[(same + gone)..];
            changes = changes[come..];
        }

        after.AddRange(before);
        return [.. after];
    }

    /// <summary>How many pieces go and come until there is one that both bodies have, the very same.</summary>
    private static (int Gone, int Come) FirstShared(ReadOnlySpan<ReadOnlyMemory<byte>> before, ReadOnlySpan<ReadOnlyMemory<byte>> after)
    {
        for (var apart = 0; apart <= MaxApart; apart++)
        {
            for (var gone = Math.Max(0, apart - after.Length + 1); gone <= Math.Min(apart, before.Length - 1); gone++)
            {
                if (before[gone].Equals(after[apart - gone]))
                {
                    return (gone, apart - gone);
                }
            }
        }

        return (before.Length, after.Length);
    }

    /// <summary>How many bytes go and come until the bodies are alike again.</summary>
    private static (int Gone, int Come) FirstDifference(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        before.IsEmpty || after.IsEmpty ? (before.Length, after.Length)
        : FindInPlace(before, after) ?? Find(Near, before, after) ?? Find(Far, before, after) ?? (before.Length, after.Length);

    /// <summary>Where as much goes as comes, as of many numbers.</summary>
    private static (int Gone, int Come)? FindInPlace(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var at = 0; at <= Math.Min(Math.Min(before.Length, after.Length) - Near.Anchor, InPlaceReach); at += Near.Step)
        {
            if (before.Slice(at, Near.Anchor).SequenceEqual(after.Slice(at, Near.Anchor)))
            {
                return Back(before, after, at, at);
            }
        }

        return null;
    }

    private static (int Gone, int Come)? Find(Search search, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var come = 0; come <= Math.Min(search.Reach, after.Length - search.Anchor); come += search.Step)
        {
            var start = Math.Min(Math.Max(0, come - search.Window), before.Length);
            var end = Math.Min(before.Length, come + search.Window + search.Anchor);
            var found = before[start..end].IndexOf(after.Slice(come, search.Anchor));
            if (found < 0)
            {
                continue;
            }

            return Back(before, after, start + found, come);
        }

        return null;
    }

    /// <summary>From where they are alike back to where that begins.</summary>
    private static (int Gone, int Come) Back(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int gone, int come)
    {
        while (gone > 0 && come > 0 && before[gone - 1] == after[come - 1])
        {
            gone--;
            come--;
        }

        return (gone, come);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> changes)
    {
        var number = 0;
        for (var i = 0; i < Math.Min(MaxVarintLength, changes.Length); i++)
        {
            number |= (changes[i] & 0x7f) << (7 * i);
            if (changes[i] < 0x80)
            {
                changes = changes[(i + 1)..];
                return number >= 0 ? number : throw new FormatException("A number in it is too large.");
            }
        }

        throw new FormatException("A number in it has no end.");
    }

    private ref struct Writer(Span<byte> room)
    {
        private Span<byte> _room = room;
        private int _same;
        private int _pieces;

        /// <summary>So many bytes stay.</summary>
        public void Keep(int length) => _same += length;

        /// <summary>These bytes become those. False when that takes too much.</summary>
        public bool TryReplace(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
        {
            while (true)
            {
                var same = before.CommonPrefixLength(after);
                Keep(same);
                before = before[same..];
                after = after[same..];
                if (before.IsEmpty && after.IsEmpty)
                {
                    return true;
                }

                var (gone, come) = FirstDifference(before, after);
                if (_pieces++ == MaxPieces || _room.Length < (3 * MaxVarintLength) + come)
                {
                    return false;
                }

                WriteNumber(_same);
                WriteNumber(gone);
                WriteNumber(come);
                after[..come].CopyTo(_room);
                _room = _room[come..];
                _same = 0;
                before = before[gone..];
                after = after[come..];
            }
        }

        /// <summary>The end is three zeros, or that of the room.</summary>
        public readonly bool TryEnd()
        {
            _room.Clear();
            return _room.Length is 0 or >= 3;
        }

        private void WriteNumber(int number)
        {
            var length = 0;
            for (; number >= 0x80; number >>= 7)
            {
                _room[length++] = (byte)(number | 0x80);
            }

            _room[length++] = (byte)number;
            _room = _room[length..];
        }
    }

    /// <summary>Where it is looked for what is alike.</summary>
    /// <param name="Anchor">So many equal bytes tell that the bodies go on alike.</param>
    /// <param name="Step">Places from which an anchor is taken are so far apart; what was taken too late is found by going back.</param>
    /// <param name="Reach">The last place from which one is taken.</param>
    /// <param name="Window">How far from that place it is looked for in the other body.</param>
    private sealed record Search(int Anchor, int Step, int Reach, int Window);
}

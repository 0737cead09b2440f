using VideoGen.Tasks.Json;

namespace VideoGen.Storage.Deltas;

/// <summary>
/// A delta makes one body into another, in few bytes. It is a list of edits: each says how many bytes stay, how many are removed after them, and which are
/// inserted there. What follows the last edit stays. README.md in this folder has the format and its bounds.
/// </summary>
internal static class BodyDelta
{
    /// <summary>First search: most edits are small.</summary>
    private static readonly Search Near = new(Anchor: 12, Step: 8, Reach: 256, Window: 96);

    /// <summary>Second search, for long deletions: a wider window, so a longer anchor against false matches.</summary>
    private static readonly Search Far = new(Anchor: 64, Step: 32, Reach: 1024, Window: 4096);

    /// <summary>Bytes past a difference in which both bodies may agree again at the same offset, as they do where a number changed.</summary>
    private const int InPlaceReach = 64;

    /// <summary>Edits of one delta. A body with more of them is written whole, because other writes of the batch wait for the search.</summary>
    private const int MaxEdits = 1_000;

    /// <summary>Pieces that only one of the bodies has, of both together, past which a shared piece is not looked for.</summary>
    private const int MaxApart = 16;

    private const int MaxVarintLength = 5;

    /// <summary>
    /// Fills the space with the delta and zeros after it. False when it does not fit or has too many edits; the space holds nothing of use then.
    /// </summary>
    /// <param name="before">The base: the body that is stored whole.</param>
    /// <param name="after">The body that the base and the delta make.</param>
    /// <param name="space">For the delta.</param>
    public static bool TryWrite(Utf8Rope before, Utf8Rope after, Span<byte> space)
    {
        if (Write(before, after, space) is not { } length)
        {
            return false;
        }

        // Three zeros, or the end of the space, are the end of a delta.
        space[length..].Clear();
        return space.Length - length is 0 or >= 3;
    }

    /// <summary>The length of the delta at the begin of the space, with no zeros after it; null when it does not fit or has too many edits.</summary>
    /// <param name="before">The base: the body that is stored whole.</param>
    /// <param name="after">The body that the base and the delta make.</param>
    /// <param name="space">For the delta.</param>
    public static int? Write(Utf8Rope before, Utf8Rope after, Span<byte> space)
    {
        var writer = new Writer(space);
        var old = before.Pieces;
        var now = after.Pieces;
        while (!old.IsEmpty || !now.IsEmpty)
        {
            var (removed, added) = FirstShared(old, now);
            if (removed + added == 0)
            {
                writer.Keep(old[0].Length);
                old = old[1..];
                now = now[1..];
                continue;
            }

            // Pair the first removed piece with the first added one: usually the same stage before and after. Where a piece was only removed or added, the
            // other is empty.
            (removed, added) = (Math.Min(removed, 1), Math.Min(added, 1));
            var (from, to) = (removed == 0 ? default : old[0], added == 0 ? default : now[0]);
            if (!writer.TryReplace(from.Span, to.Span))
            {
                return null;
            }

            old = old[removed..];
            now = now[added..];
        }

        return space.Length - writer.Left;
    }

    /// <summary>The body that the base and the delta make.</summary>
    /// <exception cref="FormatException">It is no delta of that body.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> before, ReadOnlySpan<byte> delta)
    {
        var after = new List<byte>(before.Length + delta.Length);
        while (!delta.IsEmpty)
        {
            var (kept, removed, added) = (ReadNumber(ref delta), ReadNumber(ref delta), ReadNumber(ref delta));
            if ((kept, removed, added) == default)
            {
                break;
            }

            if (before.Length - kept < removed || delta.Length < added)
            {
                throw new FormatException("It changes more than there is.");
            }

            after.AddRange(before[..kept]);
            after.AddRange(delta[..added]);
            before = before[(kept + removed)..];
            delta = delta[added..];
        }

        after.AddRange(before);
        return [.. after];
    }

    /// <summary>How many pieces are removed and added before the first one that both bodies hold, the very same buffer.</summary>
    private static (int Removed, int Added) FirstShared(ReadOnlySpan<ReadOnlyMemory<byte>> before, ReadOnlySpan<ReadOnlyMemory<byte>> after)
    {
        for (var apart = 0; apart <= MaxApart; apart++)
        {
            for (var removed = Math.Max(0, apart - after.Length + 1); removed <= Math.Min(apart, before.Length - 1); removed++)
            {
                if (before[removed].Equals(after[apart - removed]))
                {
                    return (removed, apart - removed);
                }
            }
        }

        return (before.Length, after.Length);
    }

    /// <summary>How many bytes are removed and added before the texts agree again.</summary>
    private static (int Removed, int Added) FirstDifference(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        before.IsEmpty || after.IsEmpty ? (before.Length, after.Length)
        : FindInPlace(before, after) ?? Find(Near, before, after) ?? Find(Far, before, after) ?? (before.Length, after.Length);

    /// <summary>The search at equal offsets: as many bytes are removed as added, as in most numbers.</summary>
    private static (int Removed, int Added)? FindInPlace(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var at = 0; at <= Math.Min(Math.Min(before.Length, after.Length) - Near.Anchor, InPlaceReach); at += Near.Step)
        {
            if (before.Slice(at, Near.Anchor).SequenceEqual(after.Slice(at, Near.Anchor)))
            {
                return StartOfMatch(before, after, at, at);
            }
        }

        return null;
    }

    private static (int Removed, int Added)? Find(Search search, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var added = 0; added <= Math.Min(search.Reach, after.Length - search.Anchor); added += search.Step)
        {
            var start = Math.Min(Math.Max(0, added - search.Window), before.Length);
            var end = Math.Min(before.Length, added + search.Window + search.Anchor);
            var found = before[start..end].IndexOf(after.Slice(added, search.Anchor));
            if (found >= 0)
            {
                return StartOfMatch(before, after, start + found, added);
            }
        }

        return null;
    }

    /// <summary>Goes back from an anchor to where the match begins, since anchors are taken a step apart.</summary>
    private static (int Removed, int Added) StartOfMatch(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int removed, int added)
    {
        while (removed > 0 && added > 0 && before[removed - 1] == after[added - 1])
        {
            removed--;
            added--;
        }

        return (removed, added);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> delta)
    {
        var number = 0;
        for (var i = 0; i < Math.Min(MaxVarintLength, delta.Length); i++)
        {
            number |= (delta[i] & 0x7f) << (7 * i);
            if (delta[i] < 0x80)
            {
                delta = delta[(i + 1)..];
                return number >= 0 ? number : throw new FormatException("A number in it is too large.");
            }
        }

        throw new FormatException("A number in it has no end.");
    }

    private ref struct Writer(Span<byte> space)
    {
        private Span<byte> _space = space;

        /// <summary>Bytes of the base that stay since the last edit.</summary>
        private int _kept;
        private int _edits;

        /// <summary>Bytes of the space that are not used.</summary>
        public readonly int Left => _space.Length;

        public void Keep(int length) => _kept += length;

        /// <summary>Writes the edits that make one piece into another. False when they are too many or do not fit.</summary>
        public bool TryReplace(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
        {
            while (true)
            {
                var kept = before.CommonPrefixLength(after);
                Keep(kept);
                before = before[kept..];
                after = after[kept..];
                if (before.IsEmpty && after.IsEmpty)
                {
                    return true;
                }

                var (removed, added) = FirstDifference(before, after);
                if (_edits++ == MaxEdits || _space.Length < (3 * MaxVarintLength) + added)
                {
                    return false;
                }

                WriteNumber(_kept);
                WriteNumber(removed);
                WriteNumber(added);
                after[..added].CopyTo(_space);
                _space = _space[added..];
                _kept = 0;
                before = before[removed..];
                after = after[added..];
            }
        }

        private void WriteNumber(int number)
        {
            var length = 0;
            for (; number >= 0x80; number >>= 7)
            {
                _space[length++] = (byte)(number | 0x80);
            }

            _space[length++] = (byte)number;
            _space = _space[length..];
        }
    }

    /// <summary>A search for the place at which two texts agree again.</summary>
    /// <param name="Anchor">Equal bytes that count as agreement.</param>
    /// <param name="Step">Bytes between the places that an anchor is taken from.</param>
    /// <param name="Reach">The last of these places, counted from the difference.</param>
    /// <param name="Window">Bytes to each side of that place in which the anchor is looked for in the other text.</param>
    private sealed record Search(int Anchor, int Step, int Reach, int Window);
}

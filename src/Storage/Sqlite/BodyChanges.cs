namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What makes one body into another, in few bytes: pieces, each of which says how many bytes stay, how many go after them, and which come in their place.
/// What follows the last piece stays. The numbers are varints, seven bits a byte and the lowest first; a piece of three zeros is the end.
/// </summary>
internal static class BodyChanges
{
    /// <summary>So many equal bytes tell that the bodies go on alike.</summary>
    private const int Anchor = 24;

    /// <summary>Places from which an anchor is taken are so far apart. What was taken too late is found by going back.</summary>
    private const int Step = 8;

    private const int MaxVarintLength = 5;

    /// <summary>Fills the room with the changes and zeros after them. False when they do not fit; the room holds nothing of use then.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, Span<byte> room)
    {
        while (true)
        {
            var same = before.CommonPrefixLength(after);
            before = before[same..];
            after = after[same..];
            if (before.IsEmpty && after.IsEmpty)
            {
                room.Clear();
                return true;
            }

            var (gone, come) = FirstDifference(before, after);
            if (room.Length < (3 * MaxVarintLength) + come)
            {
                return false;
            }

            foreach (var number in (ReadOnlySpan<int>)[same, gone, come])
            {
                WriteNumber(ref room, number);
            }

            after[..come].CopyTo(room);
            room = room[come..];
            before = before[gone..];
            after = after[come..];
        }
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

    /// <summary>How many bytes go and come until the bodies are alike again. Most changes are small; some leave a long piece out, of which others are told at a distance.</summary>
    private static (int Gone, int Come) FirstDifference(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        FindAnchor(before, after, reach: 128, window: 32) ?? FindAnchor(before, after, reach: 1024, window: 4096) ?? (before.Length, after.Length);

    private static (int Gone, int Come)? FindAnchor(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int reach, int window)
    {
        for (var come = 0; come <= Math.Min(reach, after.Length - Anchor); come += Step)
        {
            var start = Math.Min(Math.Max(0, come - window), before.Length);
            var found = before[start..Math.Min(before.Length, come + window + Anchor)].IndexOf(after.Slice(come, Anchor));
            if (found < 0)
            {
                continue;
            }

            var gone = start + found;
            while (gone > 0 && come > 0 && before[gone - 1] == after[come - 1])
            {
                gone--;
                come--;
            }

            return (gone, come);
        }

        return null;
    }

    private static void WriteNumber(ref Span<byte> room, int number)
    {
        var length = 0;
        for (; number >= 0x80; number >>= 7)
        {
            room[length++] = (byte)(number | 0x80);
        }

        room[length++] = (byte)number;
        room = room[length..];
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
}

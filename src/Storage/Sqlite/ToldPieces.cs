namespace VideoGen.Storage.Sqlite;

/// <summary>
/// What was told last of the pieces of one body. For as long as a piece and what comes in its place are the very same as then, so is what is told of them: it is
/// repeated without a look at their bytes. Of a task with three stages at work, a report changes one.
/// </summary>
internal sealed class ToldPieces
{
    /// <summary>Shorter pieces are told anew as fast, and so are those that only one of the bodies has.</summary>
    private const int MinLength = 256;

    private List<ToldPiece> _last = [];
    private List<ToldPiece> _now = [];
    private int _next;

    public static bool AreWorthKeeping(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) => Math.Min(before.Length, after.Length) >= MinLength;

    /// <summary>The pieces of the body follow, in their order.</summary>
    public void Begin()
    {
        _now.Clear();
        _next = 0;
    }

    /// <summary>What was told the last time, if these were the pieces then.</summary>
    public bool TryFind(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, out ToldPiece told)
    {
        for (var i = _next; i < _last.Count; i++)
        {
            if (_last[i].After.Equals(after) && _last[i].Before.Equals(before))
            {
                told = _last[i];
                _now.Add(told);
                _next = i + 1;
                return true;
            }
        }

        told = default;
        return false;
    }

    public void Add(ToldPiece told) => _now.Add(told);

    /// <summary>That was all of the body.</summary>
    public void End()
    {
        (_last, _now) = (_now, _last);
        _now.Clear();
    }
}

/// <param name="Before">The piece.</param>
/// <param name="After">What comes in its place.</param>
/// <param name="Same">Bytes that stay before the first change.</param>
/// <param name="Changes">All of the changes but that number.</param>
/// <param name="Kept">Bytes that stay after the last change.</param>
/// <param name="Count">How many changes there are.</param>
internal readonly record struct ToldPiece(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, int Same, byte[] Changes, int Kept, int Count);

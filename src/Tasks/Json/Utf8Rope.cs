namespace VideoGen.Tasks.Json;

/// <summary>
/// A text of UTF-8 bytes in pieces. One text shares with the next the pieces that stay as they are, so that making the next one, and finding what it changes,
/// takes time for the change and not for the whole text. Immutable.
/// </summary>
public sealed class Utf8Rope
{
    private readonly ReadOnlyMemory<byte>[] _pieces;

    /// <param name="pieces">Bytes that nobody changes any more.</param>
    public Utf8Rope(params ReadOnlySpan<ReadOnlyMemory<byte>> pieces)
    {
        _pieces = pieces.ToArray();
        foreach (var piece in _pieces)
        {
            Length += piece.Length;
        }
    }

    /// <summary>Bytes in all.</summary>
    public int Length { get; }

    public ReadOnlySpan<ReadOnlyMemory<byte>> Pieces => _pieces;

    public static implicit operator Utf8Rope(byte[] whole) => new((ReadOnlyMemory<byte>)whole);

    public void CopyTo(Span<byte> target)
    {
        foreach (var piece in _pieces)
        {
            piece.Span.CopyTo(target);
            target = target[piece.Length..];
        }
    }

    /// <summary>In one piece; a copy, unless there is only one.</summary>
    public ReadOnlyMemory<byte> ToMemory() => _pieces is [var only] ? only : ToArray();

    /// <summary>A copy, in one piece.</summary>
    public byte[] ToArray()
    {
        var whole = new byte[Length];
        CopyTo(whole);
        return whole;
    }
}

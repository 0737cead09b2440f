using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace VideoGen.Tasks.Json;

/// <summary>
/// A buffer for JSON that is looked at, or copied, and not kept. Each thread keeps those that it has made, so that making JSON allocates nothing; who asks
/// while one is lent gets another one.
/// </summary>
internal sealed class PooledJson : IDisposable
{
    /// <summary>A buffer that something large made larger than this is not kept.</summary>
    private const int MaxKeptLength = 256 * 1024;

    [ThreadStatic]
    private static PooledJson? _spare;

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly List<(int Position, ReadOnlyMemory<byte> Piece)> _inserted = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private PooledJson? _nextSpare;

    private PooledJson() => Writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    public Utf8JsonWriter Writer { get; }

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return _buffer.WrittenSpan;
        }
    }

    /// <summary>
    /// Puts existing JSON where the writer stands, without a copy of it. The writer does not see it, so the caller takes care of the commas around it.
    /// </summary>
    public void Insert(ReadOnlyMemory<byte> piece) => _inserted.Add(((int)(Writer.BytesCommitted + Writer.BytesPending), piece));

    /// <summary>The text that was written, and the places where other text was inserted.</summary>
    public Utf8Rope ToPieces()
    {
        ReadOnlyMemory<byte> written = Written.ToArray();
        var end = 0;
        foreach (var (position, piece) in _inserted)
        {
            if (position > end)
            {
                _pieces.Add(written[end..position]);
                end = position;
            }

            _pieces.Add(piece);
        }

        _pieces.Add(written[end..]);
        return new Utf8Rope(CollectionsMarshal.AsSpan(_pieces));
    }

    /// <summary>The same as one value of another writer.</summary>
    public void CopyTo(Utf8JsonWriter writer) => writer.WriteRawValue(ToPieces().ToMemory().Span, skipInputValidation: true);

    public static PooledJson Take()
    {
        var scratch = _spare ?? new PooledJson();
        _spare = scratch._nextSpare;
        return scratch;
    }

    public void Dispose()
    {
        if (_buffer.Capacity > MaxKeptLength)
        {
            Writer.Dispose();
            return;
        }

        _inserted.Clear();
        _pieces.Clear();
        _buffer.ResetWrittenCount();
        Writer.Reset();
        _nextSpare = _spare;
        _spare = this;
    }
}

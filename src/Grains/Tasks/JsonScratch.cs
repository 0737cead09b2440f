using System.Buffers;
using System.Text.Json;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// A buffer for JSON that is looked at, or copied, and not kept. Each thread keeps those that it has made, so that making JSON allocates nothing; who asks
/// while one is lent gets another one.
/// </summary>
internal sealed class JsonScratch : IDisposable
{
    /// <summary>A buffer that something large made larger than this is not kept.</summary>
    private const int MaxKeptLength = 256 * 1024;

    [ThreadStatic]
    private static JsonScratch? _spare;

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private JsonScratch? _nextSpare;

    private JsonScratch() => Writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

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

    public static JsonScratch Take()
    {
        var scratch = _spare ?? new JsonScratch();
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

        _buffer.ResetWrittenCount();
        Writer.Reset();
        _nextSpare = _spare;
        _spare = this;
    }
}

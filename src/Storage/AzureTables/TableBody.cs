using System.Buffers;
using System.IO.Compression;
using Azure.Data.Tables;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// The bytes of a record in the form in which they are stored: in binary properties of at most 64 KiB, whose names tell whether they are compressed.
/// </summary>
/// <param name="Bytes">As they are stored.</param>
/// <param name="IsCompressed">Whether they are.</param>
/// <param name="Checksum">Of the body as it was written, and its key.</param>
internal readonly record struct TableBody(ReadOnlyMemory<byte> Bytes, bool IsCompressed, long Checksum)
{
    /// <summary>An entity holds 1 MiB with all of its properties; this leaves room for the others.</summary>
    public const int MaxBytes = MaxPart * 15;

    private const int MaxPart = 64 * 1024;

    /// <summary>
    /// Length from which a body that goes out alone is compressed: a shorter one costs more time to compress than the service saves by it.
    /// </summary>
    private const int CompressAloneFrom = 32 * 1024;

    /// <summary>The same in a transaction, whose text is read several times over, so that a byte costs more there.</summary>
    private const int CompressTogetherFrom = 2 * 1024;

    /// <summary>The fastest quality that refers back to earlier text; the next one takes twice as long for a thirtieth less.</summary>
    private const int BrotliQuality = 1;

    private const int BrotliWindow = 22;

    /// <exception cref="StoreException">The body is too large for one entity.</exception>
    public static TableBody Of(RecordKey key, ReadOnlyMemory<byte> body, bool alone)
    {
        var checksum = RecordChecksum.Of(key, body.Span);
        var stored = body.Length >= (alone ? CompressAloneFrom : CompressTogetherFrom) && Compress(body.Span) is { } compressed
            ? new TableBody(compressed, true, checksum)
            : new TableBody(body, false, checksum);
        return stored.Bytes.Length <= MaxBytes
            ? stored
            : throw new StoreException(
                StoreFault.Refused,
                $"The {key} has {body.Length} bytes, {stored.Bytes.Length} compressed. An Azure table keeps at most {MaxBytes}. Nothing was stored.");
    }

    /// <summary>The names and the bytes of the properties.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Part)> Parts()
    {
        for (var i = 0; i * MaxPart < Bytes.Length; i++)
        {
            yield return (NameOf(IsCompressed, i), Bytes.Slice(i * MaxPart, Math.Min(MaxPart, Bytes.Length - (i * MaxPart))));
        }
    }

    /// <summary>The body as it was written; null when the bytes are damaged.</summary>
    public static byte[]? Read(TableEntity entity)
    {
        var isCompressed = entity.ContainsKey(NameOf(true, 0));
        using var stored = new MemoryStream();
        for (var i = 0; entity.GetBinary(NameOf(isCompressed, i)) is { } part; i++)
        {
            stored.Write(part);
        }

        return isCompressed ? Decompress(stored) : stored.ToArray();
    }

    private static string NameOf(bool isCompressed, int part) => isCompressed ? $"Z{part}" : $"B{part}";

    /// <summary>Null when it would not be smaller.</summary>
    private static byte[]? Compress(ReadOnlySpan<byte> body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        try
        {
            return BrotliEncoder.TryCompress(body, buffer.AsSpan(0, body.Length), out var length, BrotliQuality, BrotliWindow)
                ? buffer.AsSpan(0, length).ToArray()
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[]? Decompress(MemoryStream stored)
    {
        stored.Position = 0;
        using var brotli = new BrotliStream(stored, CompressionMode.Decompress);
        using var body = new MemoryStream();
        try
        {
            brotli.CopyTo(body);
        }
        catch (InvalidOperationException)
        {
            // Brotli throws this at damaged bytes.
            return null;
        }

        return body.ToArray();
    }
}

using System.Buffers.Text;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// Names one intended effect. A client makes it once and sends it again with every retry, so that the effect happens once (T2).
/// It is a version 7 UUID: its first 48 bits are the Unix time in milliseconds at which it was made, which lets a task tell an id
/// that it has never seen from one that it has forgotten.
/// </summary>
[GenerateSerializer, Immutable, Alias("VideoGen.OperationId")]
public readonly record struct OperationId([property: Id(0)] Guid Value)
{
    /// <summary>A fresh id, not older than <paramref name="after"/>.</summary>
    public static OperationId Create(TimeProvider time, DateTimeOffset after = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        return new OperationId(Guid.CreateVersion7(now > after ? now : after.AddMilliseconds(1)));
    }

    public static bool TryParse(string? text, out OperationId id)
    {
        var parsed = Guid.TryParse(text, out var value);
        id = new OperationId(value);
        return parsed;
    }

    /// <summary>Unix milliseconds; 0 for an id that is not a version 7 UUID.</summary>
    public long Timestamp
    {
        get
        {
            if (Value.Version != 7)
            {
                return 0;
            }

            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return ((long)bytes[0] << 40) | ((long)bytes[1] << 32) | ((long)bytes[2] << 24) | ((long)bytes[3] << 16) | ((long)bytes[4] << 8) | bytes[5];
        }
    }

    /// <summary>22 characters of base64url, as the ledger stores it.</summary>
    internal string ToCompactString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    internal static OperationId FromCompactString(ReadOnlySpan<char> text) =>
        new(new Guid(Base64Url.DecodeFromChars(text), bigEndian: true));

    public override string ToString() => Value.ToString();
}

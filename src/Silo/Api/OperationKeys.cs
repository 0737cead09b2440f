using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Stored;

namespace VideoGen.Silo.Api;

/// <summary>
/// The id of the operation that a request stands for, so that a request that is sent again has no second effect (T2). The header <c>Idempotency-Key</c> follows
/// draft-ietf-httpapi-idempotency-key-header-07. A UUID of version 7 is the id itself, wherever it comes. Of any other text this silo remembers for which id it
/// stands; another silo comes to the same one for some minutes, as long as tasks remember what was done.
/// </summary>
internal sealed class OperationKeys(TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 128;

    /// <summary>Texts that are remembered; the first go first.</summary>
    private const int MaxRemembered = 20_000;

    /// <summary>
    /// Within one stretch of this length all silos take a text for the same id. The id is as old as its stretch, and tasks remember it for ten minutes.
    /// </summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromMinutes(4);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OperationId> _remembered = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>Whether the header, where it is there, is well formed; the key is null where there is none.</summary>
    public static bool TryRead(HttpRequest request, out string? key, out string? problem)
    {
        key = null;
        problem = null;
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return true;
        }

        // The draft has a string in quotes; most programs send it bare.
        key = values is [{ } value] ? value.Trim() is ['"', .. var inner, '"'] ? inner : value.Trim() : "";
        if (!NameText.IsPlain(key, MaxLength))
        {
            problem = $"The header {Header} is a text of 1 to {MaxLength} characters.";
        }

        return problem is null;
    }

    /// <summary>The id of a key in a scope: the same key for another task, or another act, is another operation.</summary>
    public OperationId Of(string key, string scope)
    {
        if (OperationId.TryParse(key, out var id) && id.Timestamp > 0)
        {
            return id;
        }

        // The hash, not the text, which may be a whole command.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{key}"));
        var text = Convert.ToHexString(hash);
        lock (_gate)
        {
            // An id that is older than the memory of tasks is of no use any more.
            var oldest = (time.GetUtcNow() - OperationLedger.Window).ToUnixTimeMilliseconds();
            if (_remembered.TryGetValue(text, out var known) && known.Timestamp > oldest)
            {
                return known;
            }

            id = Derive(hash, time.GetUtcNow());
            if (_remembered.TryAdd(text, id))
            {
                _order.Enqueue(text);
            }

            _remembered[text] = id;
            if (_order.Count > MaxRemembered)
            {
                _remembered.Remove(_order.Dequeue());
            }
        }

        return id;
    }

    private static OperationId Derive(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        milliseconds -= milliseconds % (long)Stretch.TotalMilliseconds;
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        hash[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new OperationId(new Guid(bytes, bigEndian: true));
    }
}

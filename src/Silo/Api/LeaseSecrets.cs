using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VideoGen.Silo.Api;

/// <summary>
/// Takes out of a state what readers need not know: by the token of its lease and its incarnation a worker shows that a stage is its own. A reader sees the
/// name of the holder, a nought in place of the token, and in place of the incarnation another id that is new for each start as well.
/// </summary>
internal static class LeaseSecrets
{
    private const int OfTask = 1;

    private const int OfStage = 3;

    private const int OfLease = 4;

    private const int OfWorker = 5;

    /// <summary>What readers see of an incarnation: the same for the same one, and nobody finds the one by the other.</summary>
    public static Guid Show(Guid incarnation)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(incarnation.ToByteArray(bigEndian: true), hash);
        return new Guid(hash[..16]);
    }

    public static ReadOnlyMemory<byte> Hide(ReadOnlyMemory<byte> json)
    {
        // Most states have no lease, and are given as they are.
        if (json.Span.IndexOf("\"lease\""u8) < 0)
        {
            return json;
        }

        var result = new ArrayBufferWriter<byte>(json.Length);
        var reader = new Utf8JsonReader(json.Span);
        var (copied, inStages, inLease, inWorker) = (0, false, false, false);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            switch (reader.CurrentDepth)
            {
                case OfTask:
                    (inStages, inLease) = (reader.ValueTextEquals("stages"u8), false);
                    break;
                case OfStage:
                    inLease = inStages && reader.ValueTextEquals("lease"u8);
                    break;
                case OfLease when inLease && reader.ValueTextEquals("token"u8) && reader.Read():
                    result.Write(json.Span[copied..(int)reader.TokenStartIndex]);
                    result.Write("0"u8);
                    copied = (int)reader.BytesConsumed;
                    break;
                case OfLease:
                    inWorker = inLease && reader.ValueTextEquals("worker"u8);
                    break;
                case OfWorker when inWorker && reader.ValueTextEquals("incarnation"u8) && reader.Read() && reader.TokenType == JsonTokenType.String
                    && reader.TryGetGuid(out var incarnation):
                    result.Write(json.Span[copied..(int)reader.TokenStartIndex]);
                    result.Write(Encoding.UTF8.GetBytes($"\"{Show(incarnation)}\""));
                    copied = (int)reader.BytesConsumed;
                    break;
                default:
                    break;
            }
        }

        result.Write(json.Span[copied..]);
        return result.WrittenMemory;
    }
}

using System.Buffers;
using System.Text.Json;

namespace VideoGen.Silo.Api;

/// <summary>
/// Takes the tokens of leases out of a state that readers get: by its token a worker shows that a stage is its own. A reader sees who holds the lease, and a
/// nought in place of the number.
/// </summary>
internal static class LeaseTokens
{
    private const int OfTask = 1;

    private const int OfStage = 3;

    private const int OfLease = 4;

    public static ReadOnlyMemory<byte> Hide(ReadOnlyMemory<byte> json)
    {
        // Most states have no lease, and are given as they are.
        if (json.Span.IndexOf("\"lease\""u8) < 0)
        {
            return json;
        }

        var result = new ArrayBufferWriter<byte>(json.Length);
        var reader = new Utf8JsonReader(json.Span);
        var (copied, inStages, inLease) = (0, false, false);
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
                default:
                    break;
            }
        }

        result.Write(json.Span[copied..]);
        return result.WrittenMemory;
    }
}

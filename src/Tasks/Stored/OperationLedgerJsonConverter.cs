using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.Stored;

internal sealed class OperationLedgerJsonConverter : JsonConverter<OperationLedger>
{
    /// <summary>Between the fields of an entry as the first programs wrote it, each as a text of its own; never in base64.</summary>
    private const char FirstFormSeparator = ':';

    public override OperationLedger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            var forgotten = element.TryGetProperty("forgotten", out var number) ? number.GetInt32() : 0;
            var texts = element.GetProperty("entries").EnumerateArray().ToArray();
            var parts = texts is [var first, ..] && first.GetString()?.Contains(FirstFormSeparator, StringComparison.Ordinal) == true
                ? LedgerBlock.Append([], Array.ConvertAll(texts, text => ReadFirstForm(text.GetString() ?? "")))
                : texts.Select((part, i) => LedgerBlock.Unpack(part.GetBytesFromBase64(), i == 0 ? forgotten : 0)).ToImmutableArray();
            return OperationLedger.Restore(element.GetProperty("floor").GetInt64(), parts);
        }
        catch (Exception exception) when (exception
            is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or OverflowException)
        {
            throw new JsonException("The ledger of operations is damaged: " + exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, OperationLedger value, JsonSerializerOptions options)
    {
        using var scratch = PooledJson.Take();
        CommitJsonWriter.Write(scratch, value);
        scratch.CopyTo(writer);
    }

    /// <summary>
    /// The id as base64 for addresses; the fingerprint as 64 bits in hexadecimal, of which the lower half is kept today; the version; the token.
    /// </summary>
    private static LedgerEntry ReadFirstForm(string text) => text.Split(FirstFormSeparator) is [var id, var fingerprint, var version, var token]
        ? new LedgerEntry(
            new OperationId(new Guid(Base64Url.DecodeFromChars(id), bigEndian: true)),
            unchecked((int)long.Parse(fingerprint, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            long.Parse(version, CultureInfo.InvariantCulture),
            long.Parse(token, CultureInfo.InvariantCulture))
        : throw new FormatException($"'{text}' is no entry of it.");
}

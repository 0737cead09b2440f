using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Grains.Tasks;

internal sealed class OperationLedgerJsonConverter : JsonConverter<OperationLedger>
{
    public override OperationLedger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            var forgotten = element.TryGetProperty("forgotten", out var number) ? number.GetInt32() : 0;
            var parts = element.GetProperty("entries").EnumerateArray().Select((part, i) => LedgerPart.Unpack(part.GetBytesFromBase64(), i == 0 ? forgotten : 0)).ToImmutableArray();
            return OperationLedger.Restore(element.GetProperty("floor").GetInt64(), parts);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new JsonException("The ledger of operations is damaged: " + exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, OperationLedger value, JsonSerializerOptions options) => StoredForm.Write(writer, value);
}

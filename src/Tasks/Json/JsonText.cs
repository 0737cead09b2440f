using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Json;

/// <summary>A piece of JSON that the task carries without looking inside: always well formed, compared by its text.</summary>
[Immutable, Alias("VideoGen.JsonText")]
[JsonConverter(typeof(JsonTextConverter))]
public readonly record struct JsonText
{
    private readonly string? _value;

    private JsonText(string value) => _value = value;

    public static JsonText EmptyObject { get; } = new("{}");

    public string Value => string.IsNullOrEmpty(_value) ? "null" : _value;

    /// <summary>What came over the wire as JSON and was none. It is kept as an empty text, also when it travels on to another silo.</summary>
    internal bool IsMalformed => _value is { Length: 0 };

    internal static JsonText Malformed { get; } = new("");

    /// <summary>Checks the text and drops its insignificant white space. Duplicate keys and depths past 64 are errors.</summary>
    /// <exception cref="JsonException">The text is not JSON; the message says where.</exception>
    public static JsonText Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return FromElement(document.RootElement);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException { InnerException: not null })
        {
            throw new JsonException("A string of it is not Unicode: it holds half of a surrogate pair.", exception);
        }
    }

    public static JsonText FromElement(JsonElement element) => new(Written(element));

    public static JsonText FromString(string text) => new($"\"{JavaScriptEncoder.Default.Encode(text)}\"");

    /// <summary>The parsed value, detached from any buffer.</summary>
    public JsonElement ToElement() => JsonElement.Parse(Value);

    public override string ToString() => Value;

    /// <summary>How many objects and arrays stand within each other at the deepest place; 0 for a number or a text.</summary>
    internal int Depth()
    {
        var (depth, deepest, isInString) = (0, 0, false);
        var text = Value;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    isInString = !isInString;
                    break;
                case '\\' when isInString:
                    i++;
                    break;
                case '{' or '[' when !isInString:
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case '}' or ']' when !isInString:
                    depth--;
                    break;
                default:
                    break;
            }
        }

        return deepest;
    }

    private static string Written(JsonElement element)
    {
        using var json = PooledJson.Take();
        element.WriteTo(json.Writer);
        return Encoding.UTF8.GetString(json.Written);
    }
}

/// <summary>The form in which Orleans carries a piece of JSON: its members and their numbers are a contract with other programs.</summary>
/// <remarks>
/// A record, as the type itself was when its codec was generated: Orleans marks the members of records, and older programs look for the mark.
/// </remarks>
[GenerateSerializer, Immutable]
internal record struct JsonTextOnTheWire
{
    [Id(0)] public string? Value;
}

/// <summary>
/// A generated codec would fill in whatever a sender wrote, and the task would write it into its document as it stands. It does not throw, for the reason
/// that <see cref="TaskIdConverter"/> gives.
/// </summary>
[RegisterConverter]
internal sealed class JsonTextWireConverter : IConverter<JsonText, JsonTextOnTheWire>
{
    public JsonText ConvertFromSurrogate(in JsonTextOnTheWire surrogate)
    {
        try
        {
            return surrogate.Value is null ? default : JsonText.Parse(surrogate.Value);
        }
        catch (JsonException)
        {
            return JsonText.Malformed;
        }
    }

    public JsonTextOnTheWire ConvertToSurrogate(in JsonText value) =>
        new() { Value = value.IsMalformed ? "" : value == default ? null : value.Value };
}

internal sealed class JsonTextConverter : JsonConverter<JsonText>
{
    public override bool HandleNull => true;

    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.FromElement(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Value, skipInputValidation: true);
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Json;

/// <summary>A piece of JSON that the task carries without looking inside: always well formed, compared by its text.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.JsonText")]
[JsonConverter(typeof(JsonTextConverter))]
public readonly record struct JsonText
{
    [Id(0)]
    private readonly string? _value;

    private JsonText(string value) => _value = value;

    public static JsonText EmptyObject { get; } = new("{}");

    public string Value => _value ?? "null";

    /// <summary>Checks the text and drops its insignificant white space. Duplicate keys and depths past 64 are errors.</summary>
    /// <exception cref="JsonException">The text is not JSON; the message says where.</exception>
    public static JsonText Parse(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return FromElement(document.RootElement);
    }

    public static JsonText FromElement(JsonElement element) => new(Written(element));

    public static JsonText FromString(string text) => new($"\"{JavaScriptEncoder.Default.Encode(text)}\"");

    /// <summary>The parsed value, detached from any buffer.</summary>
    public JsonElement ToElement() => JsonElement.Parse(Value);

    public override string ToString() => Value;

    private static string Written(JsonElement element)
    {
        using var json = PooledJson.Take();
        element.WriteTo(json.Writer);
        return Encoding.UTF8.GetString(json.Written);
    }
}

internal sealed class JsonTextConverter : JsonConverter<JsonText>
{
    public override bool HandleNull => true;

    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.FromElement(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Value, skipInputValidation: true);
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace VideoGen.Tasks.Json;

/// <summary>Members of stored JSON, each written as the serializer writes it; what says nothing is left out where the record leaves it out.</summary>
internal static class JsonFields
{
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value);
        }
    }

    public static void WriteIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value.ToString("c", CultureInfo.InvariantCulture));
        }
    }

    public static void WriteIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    public static void WriteIfTrue(this Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, value);
        }
    }

    public static void WriteUnlessZero(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long number)
    {
        if (number != 0)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonText text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text.Value, skipInputValidation: true);
    }

    public static void WriteMetadata(this Utf8JsonWriter json, ImmutableSortedDictionary<string, JsonText> metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach (var (key, text) in metadata)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(text.Value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    public static void WriteTexts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, text) in texts)
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    public static void WriteTexts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static void WriteNames(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<StageName> names)
    {
        json.WriteStartArray(name);
        foreach (var stage in names)
        {
            json.WriteStringValue(stage.Value);
        }

        json.WriteEndArray();
    }

    public static void WriteUnknown(this Utf8JsonWriter json, Dictionary<string, JsonElement>? fields)
    {
        if (fields is null)
        {
            return;
        }

        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}

using System.Text.Json;

namespace VideoGen.Cli.Tests.Views;

/// <summary>Reads JSON beside its schema, and notes what one of them has and the other has not. What a value may be is for a validator to say.</summary>
internal sealed class SchemaReading(JsonElement schema)
{
    private const string ToDefinition = "#/$defs/";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Members of the JSON that the schema does not name where it names any and says nothing of others.</summary>
    public SortedSet<string> Undocumented { get; } = new(StringComparer.Ordinal);

    /// <summary>Members and words of enums that the schema names and that were in nothing that was read.</summary>
    public IEnumerable<string> Unseen => Named(schema, "#").Where(place => !_seen.Contains(place));

    public void Read(JsonElement value, string answer) => Read(value, schema.GetProperty("$defs").GetProperty(answer), ToDefinition + answer);

    private void Read(JsonElement value, JsonElement described, string place)
    {
        if (described.TryGetProperty("$ref", out var reference))
        {
            Read(value, reference.GetString()![ToDefinition.Length..]);
        }

        if (described.TryGetProperty("enum", out _))
        {
            _seen.Add($"{place}/enum/{value}");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            ReadMembers(value, described, place);
        }
        else if (value.ValueKind == JsonValueKind.Array && described.TryGetProperty("items", out var items))
        {
            foreach (var item in value.EnumerateArray())
            {
                Read(item, items, $"{place}/items");
            }
        }
    }

    private void ReadMembers(JsonElement value, JsonElement described, string place)
    {
        var names = described.TryGetProperty("properties", out var properties);
        var others = described.TryGetProperty("additionalProperties", out var other);
        foreach (var member in value.EnumerateObject())
        {
            if (names && properties.TryGetProperty(member.Name, out var named))
            {
                var at = $"{place}/properties/{member.Name}";
                _seen.Add(at);
                Read(member.Value, named, at);
            }
            else if (other.ValueKind == JsonValueKind.Object)
            {
                Read(member.Value, other, $"{place}/additionalProperties");
            }
            else if (names && !others)
            {
                Undocumented.Add($"{place}/properties/{member.Name}");
            }
        }
    }

    private static IEnumerable<string> Named(JsonElement described, string place)
    {
        if (described.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var words = described.TryGetProperty("enum", out var all) && all.ValueKind == JsonValueKind.Array
            ? all.EnumerateArray().Select(word => $"{place}/enum/{word}")
            : [];
        return words.Concat(described.EnumerateObject().SelectMany(part => part.Name is "properties" or "$defs"
            ? part.Value.EnumerateObject().SelectMany(one =>
                Named(one.Value, $"{place}/{part.Name}/{one.Name}").Concat(part.Name == "properties" ? [$"{place}/properties/{one.Name}"] : []))
            : Named(part.Value, $"{place}/{part.Name}")));
    }
}

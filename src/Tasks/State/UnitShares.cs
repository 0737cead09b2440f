using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks.State;

/// <summary>How much of the whole each unit of a stage has done, in the order of their names. Immutable.</summary>
[JsonConverter(typeof(UnitSharesJsonConverter))]
public sealed class UnitShares
{
    private readonly Unit[] _units;

    private UnitShares(Unit[] units) => _units = units;

    public static UnitShares None { get; } = new([]);

    public int Count => _units.Length;

    /// <summary>Null for a unit that did not report yet.</summary>
    public double? ShareOf(string name) => Find(name) is >= 0 and var position ? _units[position].Share : null;

    public UnitShares With(string name, double share)
    {
        var found = Find(name);
        var (position, rest) = found >= 0 ? (found, found + 1) : (~found, ~found);
        return new UnitShares([.. _units.AsSpan(0, position), new Unit(name, share), .. _units.AsSpan(rest)]);
    }

    /// <summary>Added up in the order of the names, so that it is the same in whatever order the units reported.</summary>
    public double Sum()
    {
        var sum = 0.0;
        foreach (var unit in _units)
        {
            sum += unit.Share;
        }

        return sum;
    }

    /// <summary>A JSON object from the name of a unit to its share.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var unit in _units)
        {
            json.WriteNumber(unit.Name, unit.Share);
        }

        json.WriteEndObject();
    }

    /// <summary>The position of the unit, or the complement of the position at which it belongs.</summary>
    private int Find(string name)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_units[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <param name="Name">Of the unit.</param>
    /// <param name="Share">Of the whole.</param>
    private readonly record struct Unit(string Name, double Share);
}

internal sealed class UnitSharesJsonConverter : JsonConverter<UnitShares>
{
    public override UnitShares Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The units of a stage are not a JSON object.");
        }

        var shares = UnitShares.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            shares = reader.TokenType == JsonTokenType.Number
                ? shares.With(name, reader.GetDouble())
                : throw new JsonException($"The share of unit '{name}' is not a number.");
        }

        return shares;
    }

    public override void Write(Utf8JsonWriter writer, UnitShares value, JsonSerializerOptions options) => value.Write(writer);
}

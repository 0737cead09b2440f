using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// How much of the whole each unit of a stage has done, in the order of their names. Immutable. The JSON is kept and goes over into the one after a change,
/// so that a report costs the text of one number and not of all of them.
/// </summary>
[JsonConverter(typeof(UnitSharesJsonConverter))]
public sealed class UnitShares
{
    private readonly Unit[] _units;
    private readonly byte[] _json;

    private UnitShares(Unit[] units, byte[] json)
    {
        _units = units;
        _json = json;
    }

    public static UnitShares None { get; } = new([], "{}"u8.ToArray());

    public int Count => _units.Length;

    /// <summary>A JSON object from the name of a unit to its share.</summary>
    internal ReadOnlySpan<byte> Json => _json;

    /// <summary>Null for a unit that did not report yet.</summary>
    public double? ShareOf(string name) => Find(name) is >= 0 and var position ? _units[position].Share : null;

    public UnitShares With(string name, double share)
    {
        using var scratch = JsonScratch.Take();
        scratch.Writer.WriteStartObject();
        scratch.Writer.WriteNumber(name, share);
        scratch.Writer.WriteEndObject();
        var member = scratch.Written[1..^1];

        var found = Find(name);
        var position = found >= 0 ? found : ~found;
        var start = position == 0 ? 1 : _units[position - 1].End + 1;
        var unit = new Unit(name, share, start + member.Length);
        if (found >= 0)
        {
            var end = _units[position].End;
            return new UnitShares(Put(unit, position, position + 1, unit.End - end), [.. _json.AsSpan(0, start), .. member, .. _json.AsSpan(end)]);
        }

        return new UnitShares(
            Put(unit, position, position, member.Length + 1),
            position < Count
                ? [.. _json.AsSpan(0, start), .. member, (byte)',', .. _json.AsSpan(start)]
                : [.. _json.AsSpan(0, start - 1), Count == 0 ? (byte)'{' : (byte)',', .. member, (byte)'}']);
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

    /// <summary>The units before that position, this one, and those from <paramref name="rest"/> on, whose members stand elsewhere in the JSON now.</summary>
    private Unit[] Put(Unit changed, int position, int rest, int by)
    {
        var units = new Unit[position + 1 + Count - rest];
        _units.AsSpan(0, position).CopyTo(units);
        units[position++] = changed;
        foreach (var unit in _units.AsSpan(rest))
        {
            units[position++] = unit with { End = unit.End + by };
        }

        return units;
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
    /// <param name="End">Where its member ends in the JSON.</param>
    private readonly record struct Unit(string Name, double Share, int End);
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

    public override void Write(Utf8JsonWriter writer, UnitShares value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Json, skipInputValidation: true);
}

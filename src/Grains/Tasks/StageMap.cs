using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Grains.Tasks;

/// <summary>The stages of a task in the order in which they were added, found by name. Immutable; a change makes another map that shares the index.</summary>
[JsonConverter(typeof(StageMapJsonConverter))]
public sealed class StageMap : IReadOnlyList<StageState>
{
    private readonly ImmutableArray<StageState> _stages;
    private readonly ImmutableDictionary<string, int> _positions;

    private StageMap(ImmutableArray<StageState> stages, ImmutableDictionary<string, int> positions)
    {
        _stages = stages;
        _positions = positions;
    }

    public static StageMap Empty { get; } = new([], ImmutableDictionary.Create<string, int>(StringComparer.Ordinal));

    public int Count => _stages.Length;

    public StageState this[int index] => _stages[index];

    public bool TryGet(string name, [NotNullWhen(true)] out StageState? stage)
    {
        stage = _positions.TryGetValue(name, out var position) ? _stages[position] : null;
        return stage is not null;
    }

    public bool Contains(string name) => _positions.ContainsKey(name);

    /// <summary>Replaces the stage of that name, or adds it at the end.</summary>
    public StageMap With(StageState stage) =>
        _positions.TryGetValue(stage.Name, out var position)
            ? ReferenceEquals(_stages[position], stage) ? this : new StageMap(_stages.SetItem(position, stage), _positions)
            : new StageMap(_stages.Add(stage), _positions.Add(stage.Name, _stages.Length));

    public StageMap WithRange(IEnumerable<StageState> stages)
    {
        var items = _stages.ToBuilder();
        var positions = _positions.ToBuilder();
        foreach (var stage in stages)
        {
            if (positions.TryGetValue(stage.Name, out var position))
            {
                items[position] = stage;
            }
            else
            {
                positions.Add(stage.Name, items.Count);
                items.Add(stage);
            }
        }

        return new StageMap(items.ToImmutable(), positions.ToImmutable());
    }

    /// <summary>Each stage replaced by what the function makes of it; names must stay. The same map when nothing changed.</summary>
    public StageMap Map(Func<StageState, StageState> change)
    {
        ImmutableArray<StageState>.Builder? items = null;
        for (var i = 0; i < _stages.Length; i++)
        {
            var changed = change(_stages[i]);
            if (!ReferenceEquals(changed, _stages[i]))
            {
                items ??= _stages.ToBuilder();
                items[i] = changed;
            }
        }

        return items is null ? this : new StageMap(items.MoveToImmutable(), _positions);
    }

    public ImmutableArray<StageState>.Enumerator GetEnumerator() => _stages.GetEnumerator();

    IEnumerator<StageState> IEnumerable<StageState>.GetEnumerator() => ((IEnumerable<StageState>)_stages).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_stages).GetEnumerator();
}

/// <summary>A JSON object from name to stage, in order.</summary>
internal sealed class StageMapJsonConverter : JsonConverter<StageMap>
{
    public override StageMap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The stages of a task are not a JSON object.");
        }

        var stages = new List<StageState>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var stage = JsonSerializer.Deserialize(ref reader, TaskJson.Default.StageState) ?? throw new JsonException($"Stage '{name}' is null.");
            if (stage.Name != name)
            {
                throw new JsonException($"Stage '{name}' calls itself '{stage.Name}'.");
            }

            stages.Add(stage);
        }

        return StageMap.Empty.WithRange(stages);
    }

    public override void Write(Utf8JsonWriter writer, StageMap value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var stage in value)
        {
            writer.WritePropertyName(stage.Name);
            JsonSerializer.Serialize(writer, stage, TaskJson.Default.StageState);
        }

        writer.WriteEndObject();
    }
}

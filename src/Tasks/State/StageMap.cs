using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.State;

/// <summary>
/// The stages of a task in the order in which they were added, found by name. Immutable; a change makes another map that shares everything but the stage
/// that changed, its JSON included, so that writing a task costs time for what changed and not for all of its stages.
/// </summary>
[JsonConverter(typeof(StageMapJsonConverter))]
public sealed class StageMap : IReadOnlyList<StageState>
{
    private readonly ImmutableArray<Slot> _slots;
    private readonly StageIndex _index;

    private StageMap(ImmutableArray<Slot> slots, StageIndex index, StageOutline? outline = null)
    {
        _slots = slots;
        _index = index;
        Outline = outline;
    }

    public static StageMap Empty { get; } = new([], StageIndex.Empty);

    public int Count => _slots.Length;

    /// <summary>What the rules made of the stages; null before they looked. Of two that look at once, either may leave its own, as they are equal.</summary>
    internal StageOutline? Outline { get; set; }

    public StageState this[int index] => _slots[index].Stage;

    public bool TryGet(StageName name, [NotNullWhen(true)] out StageState? stage) => TryGet(name.Value, out stage);

    public bool TryGet(string name, [NotNullWhen(true)] out StageState? stage)
    {
        stage = _index.Find(name) is { } position ? _slots[position].Stage : null;
        return stage is not null;
    }

    public bool Contains(StageName name) => Contains(name.Value);

    public bool Contains(string name) => _index.Find(name) is not null;

    /// <summary>The stage whose name is the group of the stage at that position; null for a stage of its own.</summary>
    public StageState? GroupOf(int position) => _index.GroupOf(position) is >= 0 and var group ? _slots[group].Stage : null;

    /// <summary>The stage whose name is the group of that one; null for a stage of its own.</summary>
    public StageState? GroupOf(StageName name) => _index.Find(name.Value) is { } position ? GroupOf(position) : null;

    /// <summary>Replaces the stage of that name, or adds it at the end.</summary>
    public StageMap With(StageState stage)
    {
        if (_index.Find(stage.Name.Value) is not { } position)
        {
            return new StageMap(_slots.Add(new Slot(stage)), _index.Add([stage.Name]));
        }

        var before = _slots[position].Stage;
        return ReferenceEquals(before, stage)
            ? this
            : new StageMap(_slots.SetItem(position, new Slot(stage)), _index, StageOutline.IsSame(before, stage) ? Outline : null);
    }

    public StageMap WithRange(IEnumerable<StageState> stages)
    {
        var slots = _slots.ToBuilder();
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            if (_index.Find(stage.Name.Value) is { } position || added.TryGetValue(stage.Name.Value, out position))
            {
                slots[position] = new Slot(stage);
            }
            else
            {
                added.Add(stage.Name.Value, slots.Count);
                slots.Add(new Slot(stage));
            }
        }

        return new StageMap(slots.ToImmutable(), added.Count == 0 ? _index : _index.Add(slots.Skip(Count).Select(slot => slot.Stage.Name)));
    }

    /// <summary>Each stage replaced by what the function makes of it; names must stay. The same map when nothing changed.</summary>
    public StageMap Map(Func<StageState, StageState> change)
    {
        ImmutableArray<Slot>.Builder? slots = null;
        var outline = Outline;
        for (var i = 0; i < _slots.Length; i++)
        {
            var changed = change(_slots[i].Stage);
            if (!ReferenceEquals(changed, _slots[i].Stage))
            {
                slots ??= _slots.ToBuilder();
                slots[i] = new Slot(changed);
                outline = StageOutline.IsSame(_slots[i].Stage, changed) ? outline : null;
            }
        }

        return slots is null ? this : new StageMap(slots.MoveToImmutable(), _index, outline);
    }

    /// <summary>The map without the stages that the function names; the others go on knowing where the stages stand that they added.</summary>
    internal StageMap Without(Func<StageState, bool> drop)
    {
        var kept = new List<StageState>(Count);
        var droppedBefore = new int[Count + 1];
        for (var i = 0; i < Count; i++)
        {
            var goes = drop(this[i]);
            droppedBefore[i + 1] = droppedBefore[i] + (goes ? 1 : 0);
            if (!goes)
            {
                kept.Add(this[i]);
            }
        }

        return droppedBefore[Count] == 0 ? this : Empty.WithRange(kept.Select(stage => stage.AddedCount == 0
            ? stage
            : stage with { FirstAdded = stage.FirstAdded - droppedBefore[Math.Min(stage.FirstAdded, Count)] }));
    }

    /// <summary>Where the stage of that name stands; there must be one.</summary>
    internal int PositionOf(StageName name) => _index.Find(name.Value) ?? throw new KeyNotFoundException(name.Value);

    public Enumerator GetEnumerator() => new(_slots);

    IEnumerator<StageState> IEnumerable<StageState>.GetEnumerator() => _slots.Select(slot => slot.Stage).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<StageState>)this).GetEnumerator();

    internal void Write(PooledJson scratch)
    {
        scratch.Writer.WriteStartObject();
        for (var i = 0; i < _slots.Length; i++)
        {
            scratch.Insert(i == _slots.Length - 1 ? _slots[i].Json[..^1] : _slots[i].Json);
        }

        scratch.Writer.WriteEndObject();
    }

    public struct Enumerator
    {
        private ImmutableArray<Slot>.Enumerator _slots;

        internal Enumerator(ImmutableArray<Slot> slots) => _slots = slots.GetEnumerator();

        public readonly StageState Current => _slots.Current.Stage;

        public bool MoveNext() => _slots.MoveNext();
    }

    /// <summary>One stage and, once it was written, its JSON.</summary>
    internal sealed class Slot(StageState stage)
    {
        private byte[]? _json;

        public StageState Stage { get; } = stage;

        /// <summary>As a member of a JSON object, with the comma after it.</summary>
        public ReadOnlyMemory<byte> Json => _json ??= Serialize(Stage);

        private static byte[] Serialize(StageState stage)
        {
            using var scratch = PooledJson.Take();
            scratch.Writer.WritePropertyName(stage.Name.Value);
            TaskJsonWriter.Write(scratch.Writer, stage);
            return [.. scratch.Written, (byte)','];
        }
    }
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
            if (stage.Name.Value != name)
            {
                throw new JsonException($"Stage '{name}' calls itself '{stage.Name}'.");
            }

            stages.Add(stage);
        }

        return StageMap.Empty.WithRange(stages);
    }

    public override void Write(Utf8JsonWriter writer, StageMap value, JsonSerializerOptions options)
    {
        using var scratch = PooledJson.Take();
        value.Write(scratch);
        scratch.CopyTo(writer);
    }
}

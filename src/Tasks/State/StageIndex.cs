namespace VideoGen.Tasks.State;

/// <summary>Where each stage of a task stands, and where its group does. Immutable, and shared by all states of a task with the same stages.</summary>
internal sealed class StageIndex
{
    private readonly StageName[] _names;
    private readonly Dictionary<string, int> _positions;
    private readonly int[] _groups;

    private StageIndex(StageName[] names, Dictionary<string, int> positions)
    {
        _names = names;
        _positions = positions;
        _groups = [.. names.Select(name => name.Group is { } group && positions.TryGetValue(group.Value, out var owner) ? owner : -1)];
    }

    public static StageIndex Empty { get; } = new([], new Dictionary<string, int>(StringComparer.Ordinal));

    public int? Find(string name) => _positions.TryGetValue(name, out var position) ? position : null;

    /// <summary>The position of the stage that has the name of this one's group, or -1.</summary>
    public int GroupOf(int position) => _groups[position];

    /// <summary>With more names at the end; they must be new.</summary>
    public StageIndex Add(IEnumerable<StageName> names)
    {
        StageName[] all = [.. _names, .. names];
        var positions = new Dictionary<string, int>(_positions, StringComparer.Ordinal);
        for (var i = _names.Length; i < all.Length; i++)
        {
            positions.Add(all[i].Value, i);
        }

        return new StageIndex(all, positions);
    }
}

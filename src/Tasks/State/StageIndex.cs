namespace VideoGen.Tasks.State;

/// <summary>Where each stage of a task stands, and where its group does. Immutable, and shared by all states of a task with the same stages.</summary>
internal sealed class StageIndex
{
    private readonly Dictionary<string, int> _positions;
    private readonly int[] _groups;

    private StageIndex(Dictionary<string, int> positions)
    {
        _positions = positions;
        _groups = new int[positions.Count];
        foreach (var (name, position) in positions)
        {
            _groups[position] = StageName.GroupOf(name) is { } group && positions.TryGetValue(group, out var owner) ? owner : -1;
        }
    }

    public static StageIndex Empty { get; } = new(new Dictionary<string, int>(StringComparer.Ordinal));

    public int? Find(string name) => _positions.TryGetValue(name, out var position) ? position : null;

    /// <summary>The position of the stage that has the name of this one's group, or -1.</summary>
    public int GroupOf(int position) => _groups[position];

    /// <summary>With more names at the end; they must be new.</summary>
    public StageIndex Add(IEnumerable<string> names)
    {
        var positions = new Dictionary<string, int>(_positions, StringComparer.Ordinal);
        foreach (var name in names)
        {
            positions.Add(name, positions.Count);
        }

        return new StageIndex(positions);
    }
}

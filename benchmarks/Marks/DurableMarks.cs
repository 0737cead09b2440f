using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace VideoGen.Benchmarks.Marks;

/// <summary>Which marks of each task have been stored so far: what a reader sees beyond these could still be lost.</summary>
internal sealed class DurableMarks
{
    private readonly ConcurrentDictionary<string, ImmutableArray<string>> _stored = [];

    /// <summary>A task only ever gains marks, and its writes are conditional: so the longest list is the newest.</summary>
    public void Stored(string task, ImmutableArray<string> marks) =>
        _stored.AddOrUpdate(task, marks, (_, known) => known.Length < marks.Length ? marks : known);

    public IEnumerable<string> NotYet(string task, ImmutableArray<string> seen) =>
        _stored.TryGetValue(task, out var stored) && seen.Length <= stored.Length ? [] : seen.Except(stored.IsDefault ? [] : stored);
}

using Orleans.Runtime;
using VideoGen.Tasks;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Records;

/// <summary>Names one record: the type of its grain and the name of its state, and the key of the grain. Ordinal, so case counts.</summary>
/// <remarks>
/// A key of a task is a task id, so every store may make file names, rows and parts of queries out of it. A caller who forges one, such as <c>../../x</c>, is
/// refused here, whatever way it took.
/// </remarks>
/// <param name="Kind"><c>grain type/state name</c>. A grain type holds no slash, so two kinds never look alike.</param>
/// <param name="Id">The key of the grain; of a task, its id.</param>
/// <exception cref="StoreException">The key of a task is no task id.</exception>
internal readonly record struct RecordKey(string Kind, string Id)
{
    /// <summary>The kind of the documents of tasks.</summary>
    public const string TaskKind = TaskStorage.GrainTypeName + "/" + TaskStorage.StateName;

    public string Id { get; init => field = Checked(Kind, value); } = Checked(Kind, Id);

    public bool IsTask => Kind == TaskKind;

    public static RecordKey Of(TaskId task) => new(TaskKind, task.Value);

    public static RecordKey Of(string stateName, GrainId grainId) => new($"{grainId.Type}/{stateName}", grainId.Key.ToString() ?? "");

    /// <summary>For messages: <c>task demo-1</c>.</summary>
    public override string ToString() => IsTask ? $"task {Id}" : $"record {Id} of {Kind}";

    private static string Checked(string kind, string id) => kind != TaskKind || TaskId.TryParse(id, out _, out var problem)
        ? id
        : throw new StoreException(StoreFault.Refused, $"There can be no task under the key '{Printable(id)}': {problem} Nothing was read or stored.");

    private static string Printable(string? id) =>
        string.Concat((id ?? "").Take(TaskId.MaxLength).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?'));
}

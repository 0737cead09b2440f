using Orleans.Runtime;

namespace VideoGen.Storage.Records;

/// <summary>Names one record: the type of its grain and the name of its state, and the key of the grain. Ordinal, so case counts.</summary>
/// <param name="Kind"><c>grain type/state name</c>. A grain type holds no slash, so two kinds never look alike.</param>
/// <param name="Id">The key of the grain; of a task, its id.</param>
internal readonly record struct RecordKey(string Kind, string Id)
{
    /// <summary>The kind of the documents of tasks.</summary>
    public const string TaskKind = "taskstate/task";

    public bool IsTask => Kind == TaskKind;

    public static RecordKey Of(string stateName, GrainId grainId) => new($"{grainId.Type}/{stateName}", grainId.Key.ToString() ?? "");

    /// <summary>For messages: <c>task demo-1</c>.</summary>
    public override string ToString() => IsTask ? $"task {Id}" : $"record {Id} of {Kind}";
}

using System.Collections.Immutable;

namespace VideoGen.Benchmarks.Marks;

/// <summary>Tasks that keep the marks that were put on them, as one silo serves them.</summary>
internal interface IMarkedTasks
{
    /// <summary>Makes a task that has one stage.</summary>
    Task CreateAsync(string task);

    /// <summary>Appends a mark to the errors of the task; done when it is acknowledged, however often that takes.</summary>
    Task MarkAsync(string task, string mark);

    Task<ImmutableArray<string>> ReadAsync(string task);
}

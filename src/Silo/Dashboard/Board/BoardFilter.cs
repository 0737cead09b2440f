using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>A choice of statuses with a name of its own.</summary>
internal sealed class BoardFilter
{
    private BoardFilter(string name, string title, string emptiness, params ImmutableArray<RunStatus> statuses)
    {
        Name = name;
        Title = title;
        Emptiness = emptiness;
        Statuses = statuses;
    }

    public static BoardFilter All { get; } = new("all", "All", "There is no task yet.");

    public static BoardFilter Active { get; } = new("active", "Active", "Nothing is being worked on.", RunStatus.Running);

    public static BoardFilter Paused { get; } = new("paused", "Paused", "Nothing is paused.", RunStatus.Paused);

    public static BoardFilter Queued { get; } = new("queued", "Queued", "Nothing waits.", RunStatus.Pending);

    public static BoardFilter Completed { get; } = new("completed", "Completed", "Nothing is completed yet.", RunStatus.Completed);

    public static BoardFilter Failed { get; } = new("failed", "Failed", "Nothing has failed.", RunStatus.Failed);

    public static BoardFilter Cancelled { get; } = new("cancelled", "Cancelled", "Nothing was cancelled.", RunStatus.Cancelled);

    public static ImmutableArray<BoardFilter> Every { get; } = [All, Active, Queued, Paused, Completed, Failed, Cancelled];

    /// <summary>As it stands in the address.</summary>
    public string Name { get; }

    public string Title { get; }

    /// <summary>What to say when no task is of these statuses.</summary>
    public string Emptiness { get; }

    /// <summary>Empty for all.</summary>
    public ImmutableArray<RunStatus> Statuses { get; }

    public static BoardFilter Find(string? name) => Every.FirstOrDefault(filter => filter.Name == name) ?? All;

    public long Count(TaskCounts counts) => Statuses.IsEmpty ? counts.Total : Statuses.Sum(status => counts.ByStatus.GetValueOrDefault(status));
}

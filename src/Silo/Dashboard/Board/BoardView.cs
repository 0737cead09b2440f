using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>What a page of the list shows; it comes out of the page's address. Browsers that show the same share one query.</summary>
internal sealed record BoardView(BoardFilter Filter, string? IdPrefix, string? After)
{
    private const int PageSize = 25;

    public static BoardView Everything { get; } = new(BoardFilter.All, null, null);

    public TaskQuery ToQuery() => new() { Statuses = Filter.Statuses, IdPrefix = IdPrefix, After = After, PageSize = PageSize };

    /// <summary>Counts are of all that the id selects, whatever its status.</summary>
    public TaskQuery ToCountQuery() => new() { IdPrefix = IdPrefix };

    public string ToAddress()
    {
        var parameters = new List<string>();
        if (Filter != BoardFilter.All)
        {
            parameters.Add($"show={Filter.Name}");
        }

        if (IdPrefix is not null)
        {
            parameters.Add($"id={Uri.EscapeDataString(IdPrefix)}");
        }

        if (After is not null)
        {
            parameters.Add($"after={Uri.EscapeDataString(After)}");
        }

        return parameters.Count == 0 ? "/" : $"/?{string.Join('&', parameters)}";
    }
}

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

    public static BoardFilter Active { get; } = new("active", "Active", "Nothing is being worked on.", RunStatus.Running, RunStatus.Paused);

    public static BoardFilter Queued { get; } = new("queued", "Queued", "Nothing waits.", RunStatus.Pending);

    public static BoardFilter Completed { get; } = new("completed", "Completed", "Nothing is completed yet.", RunStatus.Completed);

    public static BoardFilter Failed { get; } = new("failed", "Failed", "Nothing has failed.", RunStatus.Failed);

    public static BoardFilter Cancelled { get; } = new("cancelled", "Cancelled", "Nothing was cancelled.", RunStatus.Cancelled);

    public static ImmutableArray<BoardFilter> Every { get; } = [All, Active, Queued, Completed, Failed, Cancelled];

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

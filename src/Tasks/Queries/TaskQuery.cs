using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queries;

/// <summary>Which tasks to list: all of the given conditions hold. The newest come first, by time of creation and then by id.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskQuery")]
public sealed record TaskQuery
{
    public const int MaxPageSize = 500;

    /// <summary>Any of these; empty for all.</summary>
    [Id(0)] public ImmutableArray<RunStatus> Statuses { get; init; } = [];

    [Id(1)] public string? Pipeline { get; init; }

    [Id(2)] public string? IdPrefix { get; init; }

    /// <summary>A label key and its value.</summary>
    [Id(3)] public KeyValuePair<string, string>? Label { get; init; }

    /// <summary>1 to <see cref="MaxPageSize"/>.</summary>
    [Id(4)] public int PageSize { get; init; } = 50;

    /// <summary>The <see cref="TaskPage.Next"/> of the page before; null for the first page.</summary>
    [Id(5)] public string? After { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Tasks">In the order of the list.</param>
/// <param name="Next">Asks for the page after this one; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskPage")]
public sealed record TaskPage(
    [property: Id(0)] ImmutableArray<TaskSummary> Tasks,
    [property: Id(1)] string? Next)
{
    /// <summary>Unreadable tasks that a page names.</summary>
    public const int MaxUnreadableIds = 10;

    /// <summary>Tasks that belong here and are left out, since their records cannot be read. Each is counted on one page.</summary>
    [Id(2)] public int Unreadable { get; init; }

    /// <summary>Some of those, at most <see cref="MaxUnreadableIds"/>. Whoever asks for one of them is told what is wrong with it.</summary>
    [Id(3)] public ImmutableArray<TaskId>? UnreadableIds { get; init; }
}

/// <summary>How many tasks there are in each status.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskCounts")]
public sealed record TaskCounts([property: Id(0)] ImmutableSortedDictionary<RunStatus, long> ByStatus)
{
    public long Total => ByStatus.Values.Sum();
}

using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queries;

/// <summary>
/// Which tasks to list, and in which order: all of the given conditions hold. What is not asked for otherwise comes in the order of creation, the newest first.
/// </summary>
[GenerateSerializer, Immutable, Alias("VideoGen.TaskQuery")]
public sealed record TaskQuery
{
    public const int MaxPageSize = 500;

    /// <summary>Labels that one query asks for.</summary>
    public const int MaxLabels = Limits.MaxLabels;

    /// <summary>Characters of the text that is looked for in errors.</summary>
    public const int MaxErrorLength = 256;

    /// <summary>Any of these; empty for all.</summary>
    [Id(0)] public ImmutableArray<RunStatus> Statuses { get; init; } = [];

    [Id(1)] public string? Pipeline { get; init; }

    [Id(2)] public string? IdPrefix { get; init; }

    /// <summary>A label key and its value; it is asked for beside <see cref="Labels"/>.</summary>
    [Id(3)] public KeyValuePair<string, string>? Label { get; init; }

    /// <summary>1 to <see cref="MaxPageSize"/>.</summary>
    [Id(4)] public int PageSize { get; init; } = 50;

    /// <summary>The <see cref="TaskPage.Next"/> of the page before; null for the first page.</summary>
    [Id(5)] public string? After { get; init; }

    /// <summary>Label keys and their values; a task has all of them.</summary>
    [Id(6)] public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>What the tasks are ordered by. Of two that are equal in that, the newer comes first, and then the one whose id does.</summary>
    [Id(7)] public TaskSort Sort { get; init; }

    /// <summary>The other way round: what would come last comes first.</summary>
    [Id(8)] public bool Ascending { get; init; }

    /// <summary>Only tasks that were created then or later.</summary>
    [Id(9)] public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only tasks that were created before then.</summary>
    [Id(10)] public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Only tasks that were last written then or later.</summary>
    [Id(11)] public DateTimeOffset? UpdatedAfter { get; init; }

    /// <summary>Only tasks that were last written before then.</summary>
    [Id(12)] public DateTimeOffset? UpdatedBefore { get; init; }

    /// <summary>A text within the errors of a task, as <see cref="ErrorText"/> compares them.</summary>
    [Id(13)] public string? Error { get; init; }

    /// <summary>Every label that is asked for, each once, by key.</summary>
    public ImmutableArray<KeyValuePair<string, string>> AllLabels()
    {
        var labels = Labels.IsDefault ? [] : Labels.AsEnumerable();
        return [.. labels.Concat(Label is { } label ? [label] : []).Distinct()
            .OrderBy(one => one.Key, StringComparer.Ordinal).ThenBy(one => one.Value, StringComparer.Ordinal)];
    }

    /// <summary>Whether silos of a program that knows neither sorts nor conditions on times and errors answer it as well.</summary>
    public bool IsKnownToFormerSilos => this is
    {
        Labels.IsDefaultOrEmpty: true, Sort: TaskSort.Created, Ascending: false, CreatedAfter: null, CreatedBefore: null, UpdatedAfter: null,
        UpdatedBefore: null, Error: null,
    };

    /// <summary>What is wrong with the sort, the labels, the times or the text of errors; null when nothing is.</summary>
    public string? FindProblem()
    {
        if (!Enum.IsDefined(Sort))
        {
            return $"{(int)Sort} is no order of tasks.";
        }

        if (!Labels.IsDefault && Labels.Length > MaxLabels)
        {
            return $"At most {MaxLabels} labels are searched for at once; {Labels.Length} were asked for.";
        }

        foreach (var label in AllLabels())
        {
            if (label is not { Key.Length: >= 1 and <= Limits.MaxLabelKeyLength, Value.Length: <= Limits.MaxLabelValueLength })
            {
                return $"A label to search for needs a key of 1 to {Limits.MaxLabelKeyLength} and a value of at most {Limits.MaxLabelValueLength} characters.";
            }
        }

        if (Error is { Length: 0 or > MaxErrorLength })
        {
            return $"The text to look for in errors has 1 to {MaxErrorLength} characters.";
        }

        return CreatedAfter >= CreatedBefore ? "No task was created in that time: its end is not after its begin."
            : UpdatedAfter >= UpdatedBefore ? "No task was written in that time: its end is not after its begin."
            : null;
    }
}

/// <summary>What a list of tasks is ordered by.</summary>
public enum TaskSort
{
    Created,

    /// <summary>When the task was last written. A task that is written while one reads page after page changes its place.</summary>
    Updated,
    Priority,
}

public static class TaskSorts
{
    /// <summary>The names, as callers write them.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Enum.GetValues<TaskSort>().Select(ToWireName)];

    public static string ToWireName(this TaskSort sort) => sort switch
    {
        TaskSort.Created => "created",
        TaskSort.Updated => "updated",
        TaskSort.Priority => "priority",
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, "Not an order of tasks."),
    };

    public static bool TryParseWireName(string? text, out TaskSort sort)
    {
        sort = Enum.GetValues<TaskSort>().FirstOrDefault(one => one.ToWireName() == text);
        return sort.ToWireName() == text;
    }
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

using System.Collections.Immutable;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>What a page of the list shows; it comes out of the page's address.</summary>
internal sealed record BoardView : LiveView
{
    private const int PageSize = 25;

    private const int MaxParameterLength = 512;

    public BoardFilter Filter { get; init; } = BoardFilter.All;

    public string? IdPrefix { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>As <c>key:value</c>.</summary>
    public string? Label { get; init; }

    public string? After { get; init; }

    /// <summary>The label without which the one who looks sees no task; null for one who sees all.</summary>
    public KeyValuePair<string, string>? Scope { get; init; }

    /// <summary>Whether the one who looks may steer tasks.</summary>
    public bool MayAct { get; init; }

    /// <summary>Whether nothing but the pipeline's whole list is asked for.</summary>
    public bool IsEverything => Filter == BoardFilter.All && IdPrefix is null && Pipeline is null && Label is null && After is null;

    public static BoardView Of(IQueryCollection query, Caller caller) => new()
    {
        Scope = caller.Labels.IsEmpty ? null : caller.Labels.First(),
        Filter = BoardFilter.Find(query["show"]),
        IdPrefix = Usable(query["id"]),
        Pipeline = Usable(query["pipeline"]),
        Label = Usable(query["label"]),
        After = Usable(query["after"]),
        MayAct = caller.Role.Allows(Role.Operator),
    };

    public override ILiveSource Open(IServiceProvider services) => new BoardSource(
        this, services.GetRequiredService<ITaskIndex>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<BoardSource>>());

    public TaskQuery ToQuery() => ToCountQuery() with { Statuses = Filter.Statuses, After = After, PageSize = PageSize };

    /// <summary>Counts are of all that the other conditions select, whatever its status.</summary>
    public TaskQuery ToCountQuery() => new()
    {
        IdPrefix = IdPrefix,
        Pipeline = Pipeline,
        Label = Scope ?? (Label?.Split(':', 2) is [{ Length: > 0 } key, var value] ? new KeyValuePair<string, string>(key, value) : null),
    };

    /// <summary>Why the conditions can't be asked for; null when they can.</summary>
    public string? Problem => Scope is { } scope && Label is not null && Label != $"{scope.Key}:{scope.Value}"
        ? $"This key sees tasks with the label {scope.Key}:{scope.Value} alone."
        : Label is null || Label.IndexOf(':',
        StringComparison.Ordinal) > 0 ? null : $"A label is asked for as key:value; '{Label}' is not.";

    public string ToAddress() => $"/{ToParameters()}";

    /// <summary>With the question mark, or nothing.</summary>
    public string ToParameters()
    {
        (string Name, string? Value)[] all =
        [
            ("show", Filter == BoardFilter.All ? null : Filter.Name), ("id", IdPrefix), ("pipeline", Pipeline), ("label", Label), ("after", After),
        ];
        var parameters = all.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToList();
        return parameters.Count == 0 ? "" : $"?{string.Join('&', parameters)}";
    }

    private static string? Usable(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: <= MaxParameterLength } trimmed ? trimmed : null;
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

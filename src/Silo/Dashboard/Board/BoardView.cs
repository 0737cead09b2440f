using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
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

    /// <summary>What several labels are held apart by; views are equal by what they say, so they are one text.</summary>
    private const char Between = '\n';

    public BoardFilter Filter { get; init; } = BoardFilter.All;

    public string? IdPrefix { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>Each as <c>key:value</c>, on lines of their own; null for none.</summary>
    public string? Label { get; init; }

    /// <summary>A text within the errors.</summary>
    public string? Error { get; init; }

    /// <summary>A day, or a time of RFC 3339.</summary>
    public string? CreatedAfter { get; init; }

    /// <summary>A day, or a time of RFC 3339.</summary>
    public string? CreatedBefore { get; init; }

    /// <summary>A day, or a time of RFC 3339: when the task was last written.</summary>
    public string? UpdatedAfter { get; init; }

    /// <summary>A day, or a time of RFC 3339.</summary>
    public string? UpdatedBefore { get; init; }

    public TaskSort Sort { get; init; }

    public bool Ascending { get; init; }

    public string? After { get; init; }

    /// <summary>The label without which the one who looks sees no task; null for one who sees all.</summary>
    public KeyValuePair<string, string>? Scope { get; init; }

    /// <summary>Whether the one who looks may steer tasks.</summary>
    public bool MayAct { get; init; }

    /// <summary>Whether nothing but the pipeline's whole list is asked for.</summary>
    public bool IsEverything => Filter == BoardFilter.All && !HasConditions && After is null && Sort == TaskSort.Created && !Ascending;

    /// <summary>Whether there are conditions beside the status.</summary>
    public bool HasConditions =>
        (IdPrefix ?? Pipeline ?? Label ?? Error ?? CreatedAfter ?? CreatedBefore ?? UpdatedAfter ?? UpdatedBefore) is not null;

    public ImmutableArray<string> Labels => Label is null ? [] : [.. Label.Split(Between)];

    public static BoardView Of(IQueryCollection query, Caller caller) => new()
    {
        Scope = caller.Labels.IsEmpty ? null : caller.Labels.First(),
        Filter = BoardFilter.Find(query["show"]),
        IdPrefix = Usable(query["id"]),
        Pipeline = Usable(query["pipeline"]),
        Label = Usable(string.Join(Between, query["label"].Select(Usable).OfType<string>().Distinct())),
        Error = Usable(query["error"]),
        CreatedAfter = Usable(query["created_after"]),
        CreatedBefore = Usable(query["created_before"]),
        UpdatedAfter = Usable(query["updated_after"]),
        UpdatedBefore = Usable(query["updated_before"]),
        Sort = TaskSorts.TryParseWireName(query["sort"], out var sort) ? sort : TaskSort.Created,
        Ascending = query["order"] == "asc",
        After = Usable(query["after"]),
        MayAct = caller.Role.Allows(Role.Operator),
    };

    public override ILiveSource Open(IServiceProvider services) => new BoardSource(
        this, services.GetRequiredService<ITaskIndex>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<BoardSource>>());

    public TaskQuery ToQuery() =>
        ToCountQuery() with { Statuses = Filter.Statuses, Sort = Sort, Ascending = Ascending, After = After, PageSize = PageSize };

    /// <summary>Counts are of all that the other conditions select, whatever its status.</summary>
    public TaskQuery ToCountQuery() => Ask(out _) ?? new TaskQuery { Label = Scope };

    /// <summary>Why the conditions can't be asked for; null when they can.</summary>
    public string? Problem
    {
        get
        {
            return Ask(out var problem) is not { } query ? problem
                : Scope is { } own && query.Labels.Any(label => label.Key == own.Key && label.Value != own.Value)
                    ? $"This key sees tasks with the label {own.Key}:{own.Value} alone."
                    : null;
        }
    }

    public string ToAddress() => $"/{ToParameters()}";

    /// <summary>With the question mark, or nothing.</summary>
    public string ToParameters()
    {
        (string Name, string? Value)[] all =
        [
            ("show", Filter == BoardFilter.All ? null : Filter.Name), ("id", IdPrefix), ("pipeline", Pipeline),
            .. Labels.Select(label => ("label", (string?)label)), ("error", Error), ("created_after", CreatedAfter), ("created_before", CreatedBefore),
            ("updated_after", UpdatedAfter), ("updated_before", UpdatedBefore),
            ("sort", Sort == TaskSort.Created ? null : Sort.ToWireName()), ("order", Ascending ? "asc" : null), ("after", After),
        ];
        var parameters = all.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToList();
        return parameters.Count == 0 ? "" : $"?{string.Join('&', parameters)}";
    }

    /// <summary>The conditions as a query within what the one who looks may see; null and why, where they are none.</summary>
    private TaskQuery? Ask(out string? problem)
    {
        var conditions = new TaskConditions
        {
            Id = IdPrefix,
            Pipeline = Pipeline,
            Labels = [.. Labels.Where(label => Scope is not { } own || label != $"{own.Key}:{own.Value}")],
            Error = Error,
            CreatedAfter = MomentOf(CreatedAfter),
            CreatedBefore = MomentOf(CreatedBefore),
            UpdatedAfter = MomentOf(UpdatedAfter),
            UpdatedBefore = MomentOf(UpdatedBefore),
        };
        var query = conditions.ToQuery(
            name => name switch
            {
                "label" => $"A label is asked for as key:value; '{string.Join(", ", Labels)}'",
                "created_after" => $"The begin '{CreatedAfter}'",
                "created_before" => $"The end '{CreatedBefore}'",
                "updated_after" => $"The begin '{UpdatedAfter}'",
                "updated_before" => $"The end '{UpdatedBefore}'",
                _ => $"The parameter '{name}'",
            },
            out problem);
        return query is null ? null : query with { Label = Scope };
    }

    /// <summary>A day begins at midnight in UTC.</summary>
    private static string? MomentOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? $"{text}T00:00:00Z" : text;

    private static string? Usable(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: <= MaxParameterLength } trimmed ? trimmed : null;
}

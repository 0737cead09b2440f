using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The conditions on tasks as texts of a caller, from a query string or a body: what is wrong with one is said in the caller's words.</summary>
internal sealed record TaskConditions
{
    private const int MaxTextLength = 512;

    public IReadOnlyList<string> Status { get; init; } = [];

    public string? Pipeline { get; init; }

    /// <summary>Each as KEY:VALUE.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>How the task id begins.</summary>
    public string? Id { get; init; }

    public string? CreatedAfter { get; init; }

    public string? CreatedBefore { get; init; }

    public string? UpdatedAfter { get; init; }

    public string? UpdatedBefore { get; init; }

    public string? Error { get; init; }

    public bool IsEmpty => Status.Count == 0 && Labels.Count == 0 && string.IsNullOrEmpty(Pipeline) && string.IsNullOrEmpty(Id) && Error is null
        && (CreatedAfter ?? CreatedBefore ?? UpdatedAfter ?? UpdatedBefore) is null;

    /// <summary>The query, or null and what is wrong.</summary>
    /// <param name="call">What the caller calls the condition of that name.</param>
    /// <param name="problem">Null where there is a query.</param>
    public TaskQuery? ToQuery(Func<string, string> call, out string? problem)
    {
        problem = null;
        foreach (var (name, text) in new[] { ("pipeline", Pipeline), ("id", Id), ("error", Error) }.Concat(Labels.Select(label => ("label", (string?)label))))
        {
            if (text?.Length > MaxTextLength)
            {
                problem = $"{call(name)} has more than {MaxTextLength} characters.";
                return null;
            }
        }

        var statuses = ImmutableArray.CreateBuilder<RunStatus>();
        foreach (var name in Status)
        {
            if (!RunStatusExtensions.TryParseWireName(name, out var status))
            {
                problem = $"{call("status")} is not one of pending, running, paused, completed, failed, cancelled.";
                return null;
            }

            statuses.Add(status);
        }

        var labels = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var label in Labels)
        {
            if (label?.Split(':', 2) is not [{ Length: > 0 } key, var value])
            {
                problem = $"{call("label")} is not of the form key:value.";
                return null;
            }

            labels.Add(KeyValuePair.Create(key, value));
        }

        var query = new TaskQuery
        {
            Statuses = statuses.ToImmutable(),
            Pipeline = NullIfEmpty(Pipeline),
            IdPrefix = NullIfEmpty(Id),
            Labels = labels.ToImmutable(),
            Error = Error,
        };
        if (!TryParse("created_after", CreatedAfter, out var createdAfter, out problem)
            || !TryParse("created_before", CreatedBefore, out var createdBefore, out problem)
            || !TryParse("updated_after", UpdatedAfter, out var updatedAfter, out problem)
            || !TryParse("updated_before", UpdatedBefore, out var updatedBefore, out problem))
        {
            return null;
        }

        query = query with { CreatedAfter = createdAfter, CreatedBefore = createdBefore, UpdatedAfter = updatedAfter, UpdatedBefore = updatedBefore };
        problem = query.FindProblem();
        return problem is null ? query : null;

        bool TryParse(string name, string? text, out DateTimeOffset? time, out string? problem)
        {
            var isTime = MomentText.TryParse(text, out var moment);
            (time, problem) = text is null ? (null, null)
                : isTime ? (moment, null)
                : ((DateTimeOffset?)null, $"{call(name)} is not {MomentText.Form} (within an address, + is written %2B).");
            return problem is null;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

using Microsoft.AspNetCore.Mvc;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api;

/// <summary>Which tasks a query string asks for, whatever is done with them.</summary>
internal class TaskViewRequest
{
    /// <summary>pending, running, paused, completed, failed or cancelled; may be repeated for any of several.</summary>
    [FromQuery(Name = "status")]
    public string[]? Status { get; init; }

    /// <summary>The name of a pipeline.</summary>
    [FromQuery(Name = "pipeline")]
    public string? Pipeline { get; init; }

    /// <summary>A label, as key:value; may be repeated, and a task has all of them.</summary>
    [FromQuery(Name = "label")]
    public string[]? Label { get; init; }

    /// <summary>How the task id begins.</summary>
    [FromQuery(Name = "id")]
    public string? IdPrefix { get; init; }

    /// <summary>Only tasks created at this time (RFC 3339) or later.</summary>
    [FromQuery(Name = "created_after")]
    public string? CreatedAfter { get; init; }

    /// <summary>Only tasks created before this time.</summary>
    [FromQuery(Name = "created_before")]
    public string? CreatedBefore { get; init; }

    /// <summary>Only tasks last written at this time or later.</summary>
    [FromQuery(Name = "updated_after")]
    public string? UpdatedAfter { get; init; }

    /// <summary>Only tasks last written before this time.</summary>
    [FromQuery(Name = "updated_before")]
    public string? UpdatedBefore { get; init; }

    /// <summary>A text within the task's errors since its last retry; small and capital letters are the same.</summary>
    [FromQuery(Name = "error")]
    public string? Error { get; init; }

    /// <summary>The conditions as a query, or null and what is wrong.</summary>
    public TaskQuery? ToConditions(out string? problem)
    {
        var conditions = new TaskConditions
        {
            Status = Status ?? [],
            Pipeline = Pipeline,
            Labels = Label ?? [],
            Id = IdPrefix,
            CreatedAfter = CreatedAfter,
            CreatedBefore = CreatedBefore,
            UpdatedAfter = UpdatedAfter,
            UpdatedBefore = UpdatedBefore,
            Error = Error,
        };
        return conditions.ToQuery(name => $"The parameter '{name}'", out problem);
    }
}

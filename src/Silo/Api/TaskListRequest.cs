using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api;

/// <summary>The query string of a list, still as text: what is wrong with it is said in the caller's words.</summary>
internal sealed class TaskListRequest
{
    private const int MaxPageLength = 512;

    private const int DefaultPageSize = 50;

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

    /// <summary>created, updated or priority; created where nothing is said.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    /// <summary>desc (the newest, or the highest priority, first) or asc; desc where nothing is said.</summary>
    [FromQuery(Name = "order")]
    public string? Order { get; init; }

    /// <summary>Tasks on one page, 1 to 500.</summary>
    [FromQuery(Name = "page_size")]
    public string? PageSize { get; init; }

    /// <summary>The next of the page before.</summary>
    [FromQuery(Name = "page")]
    public string? Page { get; init; }

    /// <summary>The query, or null and what is wrong.</summary>
    public TaskQuery? ToQuery(out string? problem)
    {
        var size = DefaultPageSize;
        if (PageSize is not null
            && (!int.TryParse(PageSize, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > TaskQuery.MaxPageSize))
        {
            problem = $"The parameter 'page_size' is not a number from 1 to {TaskQuery.MaxPageSize}.";
            return null;
        }

        var sort = TaskSort.Created;
        if (Sort is not null && !TaskSorts.TryParseWireName(Sort, out sort))
        {
            problem = $"The parameter 'sort' is not one of {string.Join(", ", TaskSorts.Names)}.";
            return null;
        }

        if (Order is not (null or "asc" or "desc"))
        {
            problem = "The parameter 'order' is not one of asc, desc.";
            return null;
        }

        if (Page?.Length > MaxPageLength)
        {
            problem = $"The parameter 'page' has more than {MaxPageLength} characters.";
            return null;
        }

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
        return conditions.ToQuery(name => $"The parameter '{name}'", out problem) is { } query
            ? query with { Sort = sort, Ascending = Order == "asc", PageSize = size, After = string.IsNullOrEmpty(Page) ? null : Page }
            : null;
    }

    /// <summary>The address of the same list, at another page.</summary>
    public static string WithPage(HttpRequest request, string page)
    {
        var query = request.Query.Where(parameter => parameter.Key != "page")
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value));
        return request.PathBase + request.Path + QueryString.Create(query.Append(KeyValuePair.Create<string, string?>("page", page)));
    }
}

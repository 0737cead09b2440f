using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api;

/// <summary>The query string of a list, still as text: what is wrong with it is said in the caller's words.</summary>
internal sealed class TaskListRequest : TaskViewRequest
{
    private const int MaxPageLength = 512;

    private const int DefaultPageSize = 50;

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

        return ToConditions(out problem) is { } query
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

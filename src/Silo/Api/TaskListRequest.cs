using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The query string of a list, still as text: what is wrong with it is said in the caller's words.</summary>
internal sealed class TaskListRequest
{
    private const int MaxTextLength = 512;

    private const int DefaultPageSize = 50;

    /// <summary>pending, running, paused, completed, failed or cancelled; may be repeated for any of several.</summary>
    [FromQuery(Name = "status")]
    public string[]? Status { get; init; }

    /// <summary>The name of a pipeline.</summary>
    [FromQuery(Name = "pipeline")]
    public string? Pipeline { get; init; }

    /// <summary>A label, as key:value.</summary>
    [FromQuery(Name = "label")]
    public string? Label { get; init; }

    /// <summary>How the task id begins.</summary>
    [FromQuery(Name = "id")]
    public string? IdPrefix { get; init; }

    /// <summary>Tasks on one page, 1 to 500.</summary>
    [FromQuery(Name = "page_size")]
    public string? PageSize { get; init; }

    /// <summary>The next of the page before.</summary>
    [FromQuery(Name = "page")]
    public string? Page { get; init; }

    /// <summary>The query, or null and what is wrong.</summary>
    public TaskQuery? ToQuery(out string? problem)
    {
        var statuses = ImmutableArray.CreateBuilder<RunStatus>();
        foreach (var name in Status ?? [])
        {
            if (!RunStatusExtensions.TryParseWireName(name, out var status))
            {
                problem = "The parameter 'status' is not one of pending, running, paused, completed, failed, cancelled.";
                return null;
            }

            statuses.Add(status);
        }

        var size = DefaultPageSize;
        if (PageSize is not null
            && (!int.TryParse(PageSize, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > TaskQuery.MaxPageSize))
        {
            problem = $"The parameter 'page_size' is not a number from 1 to {TaskQuery.MaxPageSize}.";
            return null;
        }

        if (Label is not null && Label.IndexOf(':', StringComparison.Ordinal) < 1)
        {
            problem = "The parameter 'label' is not of the form key:value.";
            return null;
        }

        if (new[] { Pipeline, Label, IdPrefix, Page }.Any(text => text?.Length > MaxTextLength))
        {
            problem = $"A parameter has more than {MaxTextLength} characters.";
            return null;
        }

        problem = null;
        return new TaskQuery
        {
            Statuses = statuses.ToImmutable(),
            Pipeline = NullIfEmpty(Pipeline),
            IdPrefix = NullIfEmpty(IdPrefix),
            Label = Label?.Split(':', 2) is [var key, var value] ? new KeyValuePair<string, string>(key, value) : null,
            PageSize = size,
            After = NullIfEmpty(Page),
        };
    }

    /// <summary>The address of the same list, at another page.</summary>
    public static string WithPage(HttpRequest request, string page)
    {
        var query = request.Query.Where(parameter => parameter.Key != "page")
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value));
        return request.PathBase + request.Path + QueryString.Create(query.Append(KeyValuePair.Create<string, string?>("page", page)));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

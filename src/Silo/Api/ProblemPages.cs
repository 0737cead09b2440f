using System.Net;
using System.Text;
using VideoGen.Silo.Access;

namespace VideoGen.Silo.Api;

/// <summary>The pages that explain the errors of the API: what a problem's <c>type</c> leads to.</summary>
internal static class ProblemPages
{
    private static readonly Dictionary<string, byte[]> Pages = ProblemType.All.ToDictionary(type => type.Name, Page, StringComparer.Ordinal);

    private static readonly byte[] List = Document("Problems", string.Concat(ProblemType.All.Select(type =>
        $"<li><a href=\"{type.Address}\">{type.Name}</a> ({type.Status}): {WebUtility.HtmlEncode(type.Title)}</li>")), isList: true);

    public static void MapProblemPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProblemType.Path, () => TypedResults.Bytes(List, "text/html; charset=utf-8")).ExcludeFromDescription().NeedsNothing();
        routes.MapGet(
            $"{ProblemType.Path}/{{name}}",
            (string name) => Pages.TryGetValue(name, out var page)
                ? (IResult)TypedResults.Bytes(page, "text/html; charset=utf-8")
                : Problems.NotFound($"There is no problem of that name; {ProblemType.Path} lists them."))
            .ExcludeFromDescription()
            .NeedsNothing();
    }

    private static byte[] Page(ProblemType type) => Document(
        type.Title,
        $"<p><code>{type.Address}</code>, status {type.Status}</p><p>{WebUtility.HtmlEncode(type.Meaning)}</p><p>{WebUtility.HtmlEncode(type.Remedy)}</p>");

    private static byte[] Document(string title, string content, bool isList = false) => Encoding.UTF8.GetBytes(
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + $"<title>{WebUtility.HtmlEncode(title)}</title></head><body><h1>{WebUtility.HtmlEncode(title)}</h1>"
        + (isList ? $"<ul>{content}</ul>" : content + $"<p><a href=\"{ProblemType.Path}\">All problems</a></p>") + "</body></html>");
}

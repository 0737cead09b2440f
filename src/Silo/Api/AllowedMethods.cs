using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace VideoGen.Silo.Api;

/// <summary>
/// Answers what no address of the API takes: OPTIONS with what the address takes, another method with a 405 and the same list (RFC 9110, sections 9.3.7 and
/// 15.5.6), and anything else with a 404.
/// </summary>
internal sealed class AllowedMethods(EndpointDataSource endpoints)
{
    private readonly Lazy<(TemplateMatcher Matcher, string[] Methods)[]> _addresses = new(() =>
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           where endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null && endpoint.RoutePattern.Parameters.All(parameter => !parameter.IsCatchAll)
           select (MatcherOf(endpoint.RoutePattern), endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.ToArray()),
    ]);

    public IResult Answer(HttpContext context)
    {
        var allowed = _addresses.Value.Where(address => address.Matcher.TryMatch(context.Request.Path, []))
            .SelectMany(address => address.Methods).Append(HttpMethods.Options).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (allowed.Count == 1)
        {
            return Problems.NotFound("The API has no such address; /openapi/v1.json describes it.");
        }

        context.Response.Headers.Allow = string.Join(", ", allowed);
        return HttpMethods.IsOptions(context.Request.Method)
            ? TypedResults.NoContent()
            : Problems.Of(ProblemType.MethodNotAllowed, $"This address takes {string.Join(", ", allowed)}.");
    }

    private static TemplateMatcher MatcherOf(RoutePattern pattern) =>
        new(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults));
}

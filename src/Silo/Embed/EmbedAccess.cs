using VideoGen.Silo.Access;

namespace VideoGen.Silo.Embed;

/// <summary>
/// Lets pages of another site read what a token opens that names this site. It holds for whatever is answered: a refusal, too, may be read there. Cookies are
/// not meant by it: a browser sends none, and reads no answer of one where it did.
/// </summary>
internal sealed class EmbedAccess(RequestDelegate next, ReadTokens tokens)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api/tasks", StringComparison.OrdinalIgnoreCase)
            && context.Request.Query.TryGetValue(ReadTokens.Parameter, out var read) && read is [{ } token] && tokens.SiteOf(token) is { } site)
        {
            var isTheirs = context.Request.Headers.Origin is [{ } origin] && origin == site;
            context.Response.OnStarting(static state => Allow(((HttpContext, string?))state), (context, isTheirs ? site : null));
        }

        return next(context);
    }

    /// <summary>At the last moment: what answers may set the header <c>Vary</c> itself, and what answers for a fault begins anew.</summary>
    private static Task Allow((HttpContext Context, string? Site) asked)
    {
        var headers = asked.Context.Response.Headers;
        headers.Append("Vary", "Origin");
        if (asked.Site is { } site)
        {
            headers.AccessControlAllowOrigin = site;
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        return Task.CompletedTask;
    }
}

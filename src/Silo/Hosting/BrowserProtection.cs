namespace VideoGen.Silo.Hosting;

/// <summary>
/// What a browser must not do with this server. Pages of other sites may neither open its sockets nor send it anything that could change something; and its own
/// pages load nothing from elsewhere.
/// </summary>
internal sealed class BrowserProtection(RequestDelegate next)
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; connect-src 'self'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";

        // Other sites hear nothing of where a person came from. With no-referrer a browser would send "Origin: null" with our own forms as well.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        if (IsRead(context.Request) || IsSameOrigin(context.Request))
        {
            return next(context);
        }

        return TypedResults.Problem(
            "This request came from a page of another site. Only pages of this server may do that.",
            statusCode: StatusCodes.Status403Forbidden,
            title: "Cross-site request").ExecuteAsync(context);
    }

    /// <summary>A plain read: the browser itself keeps its answer from other sites. A web socket is not, although it begins with a GET.</summary>
    private static bool IsRead(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.HttpContext.WebSockets.IsWebSocketRequest && request.Headers.Upgrade.Count == 0;

    /// <summary>Programs other than browsers send no origin.</summary>
    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ } origin]
            ? request.Headers.Origin.Count == 0
            : string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}

using VideoGen.Tasks;

namespace VideoGen.Silo.Access;

/// <summary>
/// Who opens a task's page by a link with a read token has a cookie from then on, which browsers send to that task's addresses alone: on the page its video,
/// its pictures and its JSON stand under their plain addresses.
/// </summary>
internal static class SharedLinks
{
    private const string Cookie = "videogen-read";

    /// <summary>Gives the cookie, where the page was opened by a token. One for another site opens nothing here.</summary>
    public static void Keep(HttpContext context, TaskId task, ReadTokens tokens)
    {
        if (context.GetCaller().Only != task || context.Request.Query[ReadTokens.Parameter] is not [{ } token] || tokens.EndOf(token) is not { } end)
        {
            return;
        }

        foreach (var path in new[] { $"/tasks/{task}", $"/api/tasks/{task}" })
        {
            context.Response.Cookies.Append(Cookie, token, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                Path = path,
                Expires = end,
                IsEssential = true,
            });
        }
    }

    /// <summary>The token by which who asks opened the task's page; null where there is none.</summary>
    public static string? TokenOf(HttpContext context) => context.Request.Cookies.TryGetValue(Cookie, out var token) ? token : null;
}

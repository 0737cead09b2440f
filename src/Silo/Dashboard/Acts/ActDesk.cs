using Microsoft.AspNetCore.Antiforgery;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;

namespace VideoGen.Silo.Dashboard.Acts;

/// <summary>How a form comes and goes: with proof that it is ours, and back to where it came from with a word of what became of it.</summary>
internal sealed class ActDesk(IAntiforgery antiforgery)
{
    private const string SaidCookie = "videogen-said";

    private const int MaxSaid = 600;

    private const int MaxBack = 2_000;

    private static readonly TimeSpan SaidFor = TimeSpan.FromMinutes(1);

    /// <param name="context">Of a request for the form, or of one that sent it.</param>
    /// <param name="back">The page to come back to, as the request says.</param>
    /// <param name="problem">What is wrong with it; null at first.</param>
    public ActForm.Setting SettingOf(HttpContext context, string? back, string? problem = null)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return new ActForm.Setting($"""<input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">""", Local(back), problem);
    }

    /// <summary>Null when the form is one of ours, sent by the browser that it was given to; else what to say.</summary>
    public async Task<string?> CheckAsync(HttpContext context) => await antiforgery.IsRequestValidAsync(context)
        ? null
        : "This form is too old, or it is not one of this silo's. Nothing was done; send it again.";

    public static IResult Page(HttpContext context, string title, Html body, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        var page = Frame.Of(new Drawing($"{title} · VideoGen", body), null, isLive: false, isForAdmin: context.IsAdmin());
        return TypedResults.Content(page.ToString(), "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>Back to the page, which says what became of the act.</summary>
    public static IResult Return(HttpContext context, string back, string said)
    {
        var text = said.Length > MaxSaid ? $"{said.AsSpan(0, MaxSaid)}…" : said;
        context.Response.Cookies.Append(SaidCookie, Uri.EscapeDataString(text), CookieOf(context, SaidFor));

        // After a form the next page is asked for anew, whatever a browser has kept.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Local(back);
        return TypedResults.Empty;
    }

    /// <summary>What became of the act before, once.</summary>
    public static string? TakeSaid(HttpContext context)
    {
        if (context.Request.Cookies[SaidCookie] is not { Length: > 0 } said)
        {
            return null;
        }

        context.Response.Cookies.Append(SaidCookie, "", CookieOf(context, TimeSpan.Zero));
        return Uri.UnescapeDataString(said);
    }

    /// <summary>A page of ours; nobody is sent to another site by a form.</summary>
    public static string Local(string? back) =>
        back is { Length: > 0 and <= MaxBack } && back[0] == '/' && (back.Length == 1 || back[1] is not ('/' or '\\')) && !back.Any(char.IsControl) ? back
            : "/";

    private static CookieOptions CookieOf(HttpContext context, TimeSpan age) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = age, IsEssential = true };
}

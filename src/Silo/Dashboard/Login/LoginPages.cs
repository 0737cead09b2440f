using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;

namespace VideoGen.Silo.Dashboard.Login;

/// <summary>Where a person comes in: by the address that the silo said when it started, or with a key.</summary>
internal static class LoginPages
{
    private const string Title = "Sign in · VideoGen";

    private const int MaxSecret = 256;

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        var login = routes.MapGroup("/login").NeedsNothing().ExcludeFromDescription();
        login.MapGet("", AskAsync).AnswerHead();
        login.MapPost("", EnterAsync).DisableAntiforgery();
        routes.MapPost("/logout", LeaveAsync).NeedsNothing().DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<IResult> AskAsync(string? token, string? to, HttpContext context, Sessions sessions, IAntiforgery antiforgery)
    {
        if (string.IsNullOrEmpty(token))
        {
            return Show(context, antiforgery, to, null);
        }

        return token.Length <= MaxSecret && sessions.IsToken(token) && await sessions.BeginAsync(context, token)
            ? TypedResults.LocalRedirect(PlaceOf(to))
            : Show(context, antiforgery, to, "That address is of another silo, or of one that was started again: its output has the present one.");
    }

    private static async Task<IResult> EnterAsync(HttpContext context, Sessions sessions, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Show(context, antiforgery, null, "This page was open for too long. Enter the key again.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (key, to) = (form["key"].ToString().Trim(), form["to"].ToString());
        return key.Length <= MaxSecret && await sessions.BeginAsync(context, key)
            ? TypedResults.LocalRedirect(PlaceOf(to))
            : Show(context, antiforgery, to, "That key is not known here, has run out, or was revoked.");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Problems.BadRequest("The form was not one of this server.");
        }

        Sessions.End(context);
        return TypedResults.LocalRedirect("/login");
    }

    private static ContentHttpResult Show(HttpContext context, IAntiforgery antiforgery, string? to, string? problem)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        Html body =
            $"""
            <section class="act"><h1>Sign in</h1>
            {Html.If(problem is not null, $"<p class=\"problem\" role=\"alert\">{problem}</p>")}
            <form method="post" action="/login">
            <input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">
            <input type="hidden" name="to" value="{PlaceOf(to)}">
            <label class="field block"><span>Key</span>
            <input type="password" id="key" name="key" required maxlength="{MaxSecret}" autocomplete="current-password"></label>
            <p class="buttons"><button class="button main">Sign in</button></p>
            </form>
            <p class="muted same">
            'videogen key create' makes a key. Whoever started the silo finds an address in its output that signs in without one.</p></section>
            """;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(
            Frame.Of(new Drawing(Title, body), null, isLive: false).ToString(),
            "text/html; charset=utf-8",
            statusCode: problem is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
    }

    /// <summary>A place of this server; an address elsewhere is none.</summary>
    private static string PlaceOf(string? to) =>
        to is ['/', ..] and not ['/', '/' or '\\', ..] && Uri.IsWellFormedUriString(to, UriKind.Relative) ? to : "/";
}

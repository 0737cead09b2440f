using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Access;

/// <summary>
/// Finds out who asks: by the key in <c>Authorization: Bearer</c>; a person at the pages by a cookie; and one who may look at one task by its token, which may
/// stand in the address too, since players and event streams of browsers send no headers. A key in an address is none.
/// </summary>
internal sealed class AccessHandler(
    KeyRing ring,
    Sessions sessions,
    ReadTokens tokens,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "videogen";

    private const string Bearer = "Bearer ";

    /// <summary>Nobody changes them, so one is made for each caller and not for each request.</summary>
    private static readonly ConditionalWeakTable<Caller, AuthenticateResult> Results = [];

    private const string Realm = "Bearer realm=\"videogen\"";

    /// <summary>What answers everybody does so while no key can be read, too: whether the process lives.</summary>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            return await FindCallerAsync();
        }
        catch (Exception exception) when (AccessPolicy.RoleOf(Context) is null && IsOfStorage(exception))
        {
            return AuthenticateResult.NoResult();
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isRefused = Request.Headers.Authorization.Count > 0;
        if (!isRefused && IsForPerson())
        {
            Response.Headers.CacheControl = "no-store";
            Response.Redirect($"/login?to={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = isRefused ? $"{Realm}, error=\"invalid_token\"" : Realm;
        return AnswerAsync(
            StatusCodes.Status401Unauthorized,
            isRefused
                ? "That key is not known here, has run out, or was revoked. 'videogen key list' shows those that are good."
                : "This needs a key: send it as 'Authorization: Bearer vg_…'. 'videogen key create' makes one.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = AccessPolicy.RoleOf(Context) is { } role ? $"the role {role.ToWireName()}" : "another role";
        Response.Headers.WWWAuthenticate = $"{Realm}, error=\"insufficient_scope\"";
        return AnswerAsync(StatusCodes.Status403Forbidden, $"This needs {needed}; the key has the role {Context.GetCaller().Role.ToWireName()}.");
    }

    private async Task<AuthenticateResult> FindCallerAsync()
    {
        var hasHeader = Request.Headers.Authorization.Count > 0;
        var proof = new CallerProof(hasHeader ? ByHeader(Request.Headers.Authorization) : WithoutHeader());
        if (await proof.FindCallerAsync() is not { } caller)
        {
            return hasHeader ? AuthenticateResult.Fail("That is no key of this cluster.") : AuthenticateResult.NoResult();
        }

        Context.Features.Set(proof);
        return Succeed(caller);
    }

    private Func<ValueTask<Caller?>> ByHeader(StringValues given)
    {
        var isBearer = given is [{ } one] && one.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        var text = isBearer ? given[0]![Bearer.Length..].Trim() : "";
        return async () => tokens.Find(text) ?? (isBearer && await ring.FindAsync(text) is { } key ? Caller.Of(key) : null);
    }

    private Func<ValueTask<Caller?>> WithoutHeader()
    {
        var token = Request.Query.TryGetValue(ReadTokens.Parameter, out var read) && read is [{ } only] ? only : null;

        // A page of another site cannot make a browser send the cookie; and what changes something says in addition which page it came from.
        var mayBeSession = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method) || Request.Headers.Origin.Count > 0;
        var cookie = mayBeSession ? Sessions.CookieOf(Context) : null;

        // One for another site lets in as itself alone, and as nobody when its time is over: what else this browser may read is nothing to that site.
        var isForSite = token is not null && tokens.SiteOf(token) is not null;
        var guest = SharedLinks.TokenOf(Context);
        return async () => token is not null && tokens.Find(token) is { } reader ? reader
            : isForSite ? null
            : cookie is not null && await sessions.FindAsync(cookie) is { } person ? person
            : await ring.IsOpenAsync() ? Caller.Anyone
            : guest is not null && tokens.Find(guest) is { } invited ? invited
            : null;
    }

    /// <summary>A browser that opens a page; what is for programs tells them so.</summary>
    private bool IsForPerson() =>
        (HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method))
        && !Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && Request.Headers.Accept.Any(accepted => accepted?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    public static bool IsOfStorage(Exception exception) => exception is TaskStorageException or TimeoutException or Orleans.Runtime.OrleansException;

    private Task AnswerAsync(int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(Context);

    private AuthenticateResult Succeed(Caller caller)
    {
        Context.Features.Set(caller);
        return Results.GetValue(caller, static caller =>
        {
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name), new Claim(ClaimTypes.Role, caller.Role.ToWireName())], SchemeName);
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
        });
    }
}

/// <summary>What a request showed of who sends it. The question can be asked again while the request goes on: a key is revoked, a time is over.</summary>
/// <param name="find">Finds who it is, and null when the proof is good no more.</param>
internal sealed class CallerProof(Func<ValueTask<Caller?>> find)
{
    public ValueTask<Caller?> FindCallerAsync() => find();
}

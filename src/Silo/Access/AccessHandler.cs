using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Access;

/// <summary>Finds out who asks: by the key in <c>Authorization: Bearer</c>, and in no other place.</summary>
internal sealed class AccessHandler(KeyRing ring, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "videogen";

    private const string Bearer = "Bearer ";

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
        var given = Request.Headers.Authorization;
        if (given.Count == 0)
        {
            return await ring.IsOpenAsync() ? Succeed(Caller.Anyone) : AuthenticateResult.NoResult();
        }

        var isBearer = given is [{ } one] && one.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        return isBearer && await ring.FindAsync(given[0]![Bearer.Length..].Trim()) is { } key
            ? Succeed(new Caller(key.Name, key.Role, key.Labels ?? TaskState.NoLabels))
            : AuthenticateResult.Fail("That is no key of this cluster.");
    }

    private static bool IsOfStorage(Exception exception) => exception is TaskStorageException or TimeoutException or Orleans.Runtime.OrleansException;

    private Task AnswerAsync(int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(Context);

    private AuthenticateResult Succeed(Caller caller)
    {
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name), new Claim(ClaimTypes.Role, caller.Role.ToWireName())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}

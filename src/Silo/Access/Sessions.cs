using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Access;

/// <summary>
/// The cookie of a person at the pages. It says by which key they came in, and each request asks whether that is good still; or that they came by the address
/// that the silo said when it started.
/// </summary>
internal sealed class Sessions(Seals seals, KeyRing ring, TimeProvider time)
{
    private const string Purpose = "session";

    private const string ByKey = "key";

    private const string ByAddress = "address";

    private static readonly TimeSpan Length = TimeSpan.FromHours(12);

    private readonly string _token = RandomNumberGenerator.GetHexString(48, lowercase: true);

    /// <summary>The one address by which whoever reads this process's output comes in.</summary>
    public string LoginPath => $"/login?token={_token}";

    public bool IsToken(string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(_token));

    /// <summary>Lets in who knows the token or a key; false when it is neither.</summary>
    public async Task<bool> BeginAsync(HttpContext context, string secret)
    {
        var value = IsToken(secret) ? ByAddress : await ring.FindAsync(secret) is { } key ? $"{ByKey} {key.Sha256}" : null;
        if (value is null)
        {
            return false;
        }

        var end = time.GetUtcNow() + Length;
        var text = string.Create(CultureInfo.InvariantCulture, $"{end.ToUnixTimeSeconds()} {value}");
        context.Response.Cookies.Append(NameFor(context), seals.Seal(Purpose, text), OptionsFor(context));
        return true;
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(NameFor(context), OptionsFor(context));

    /// <summary>The cookie of who asks; null where there is none.</summary>
    public static string? CookieOf(HttpContext context) => context.Request.Cookies.TryGetValue(NameFor(context), out var cookie) ? cookie : null;

    /// <summary>Whose cookie it is; null when it is not good.</summary>
    public async ValueTask<Caller?> FindAsync(string cookie)
    {
        if (seals.Open(Purpose, cookie)?.Split(' ') is not [var end, var way, .. var rest]
            || DateTimeOffset.FromUnixTimeSeconds(long.Parse(end, CultureInfo.InvariantCulture)) <= time.GetUtcNow())
        {
            return null;
        }

        return way switch
        {
            ByAddress => new Caller("login address", Role.Admin, TaskState.NoLabels),
            ByKey when rest is [var hash] && await ring.FindByHashAsync(hash) is { } key => Caller.Of(key),
            _ => null,
        };
    }

    /// <summary>With https the name itself says that no other host and no plain connection set it.</summary>
    private static string NameFor(HttpContext context) => context.Request.IsHttps ? "__Host-videogen" : "videogen";

    private static CookieOptions OptionsFor(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", IsEssential = true };
}

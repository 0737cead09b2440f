using System.Collections.Frozen;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Dashboard;

/// <summary>Orleans' own dashboard, for admins alone. It times each grain call while somebody looks, so a silo has it only when it is told to.</summary>
/// <param name="AreOn">Whether this silo answers them, and is shown in those of others.</param>
internal sealed record OrleansPages(bool AreOn)
{
    public const string Root = "/orleans";

    /// <summary>
    /// Of these pages alone. Their style sheet brings fonts and pictures in itself, and one style stands in an attribute of their page: the hash is of that
    /// one, and a version of the package with another one shows itself in the tests.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-hashes' 'sha256-eq2af6QS2pzGTyxQ6dj75iyyFqwRgxGGxEAjoqE24f0='; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What is asked about one silo, which the rest of the address names.</summary>
    private static readonly FrozenSet<string> OfOneSilo = Under(
        "/HistoricalStats/{*path}", "/SiloProperties/{*address}", "/SiloMetadata/{*address}", "/SiloStats/{*address}", "/SiloCounters/{*address}");

    /// <summary>
    /// What is answered besides. The rest is closed, and so is what a later version adds: the state of a grain has the tokens of leases in it, the log is not
    /// for browsers, and the picture of Orleans' start would need whatever style a script draws.
    /// </summary>
    private static readonly FrozenSet<string> OfAll = Under(
        "/", "/index.html", "/favicon.ico", "/index.min.js", "/index.css", "/fonts/{**path}", "/img/{**path}", "/version",
        "/DashboardCounters", "/ClusterStats", "/TopGrainMethods", "/GrainStats/{*grainName}", "/GrainTypes", "/Reminders", "/Reminders/{page:int}");

    /// <summary>Where who asks finds them; null for nowhere.</summary>
    public static string? PathFor(HttpContext context) =>
        context.RequestServices.GetRequiredService<OrleansPages>().AreOn && context.GetCaller().Role.Allows(Role.Admin) ? Root + "/" : null;

    /// <summary>What is wrong with the address; null for nothing. A silo that is none of the cluster's would get a grain that finds nobody.</summary>
    public static string? Refuse(HttpContext context)
    {
        var path = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        return OfAll.Contains(path) ? null
            : !OfOneSilo.Contains(path) ? "This part of Orleans' dashboard is closed."
            : IsSilo(context, (context.GetRouteValue("address") ?? context.GetRouteValue("path")) as string) ? null
            : "The cluster has no such silo.";
    }

    private static bool IsSilo(HttpContext context, string? name) =>
        SiloAddress.TryParse(name, out var silo)
        && context.RequestServices.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.GetSiloStatus(silo)
            is not (SiloStatus.None or SiloStatus.Dead);

    private static FrozenSet<string> Under(params string[] paths) => paths.Select(path => Root + path).ToFrozenSet(StringComparer.Ordinal);
}

internal static class OrleansPagesExtensions
{
    public static ISiloBuilder AddOrleansPages(this ISiloBuilder silo, OrleansPages pages)
    {
        silo.Services.AddSingleton(pages);
        if (pages.AreOn)
        {
            return silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        }

        // The grains of the package are known to each silo that has its assembly. One that is not told to have them could not make them, so no other silo
        // must look for them there.
        return silo.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.Assembly == typeof(DashboardOptions).Assembly));
    }

    public static void MapOrleansPages(this WebApplication app)
    {
        if (app.Services.GetRequiredService<OrleansPages>().AreOn)
        {
            app.MapOrleansDashboard(OrleansPages.Root).AnswerHead().Needs(Role.Admin).ExcludeFromDescription().AddEndpointFilter(AnswerAsync);
        }
    }

    private static ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var headers = call.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        if (OrleansPages.Refuse(call.HttpContext) is { } refusal)
        {
            return ValueTask.FromResult<object?>(Problems.NotFound(refusal));
        }

        headers.ContentSecurityPolicy = OrleansPages.ContentSecurityPolicy;
        return next(call);
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Assets;
using VideoGen.Silo.Dashboard.Board;

namespace VideoGen.Silo.Dashboard;

/// <summary>
/// The pages for people: <c>/</c> lists tasks, <c>/tasks/{id}</c> shows one. Blazor Server: the state stays here, changes go to the browser as they happen.
/// </summary>
internal static class DashboardRoutes
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<BoardFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<BoardFeed>());
        services.AddRazorComponents().AddInteractiveServerComponents();
    }

    public static void MapDashboard(this WebApplication app)
    {
        var reads = app.MapGroup("").AnswerHead();
        reads.MapDashboardAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null).AnswerHead();
        reads.MapGet("/{**path}", () => new RazorComponentResult<App> { StatusCode = StatusCodes.Status404NotFound }).ExcludeFromDescription();
    }
}

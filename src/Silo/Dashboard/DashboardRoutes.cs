namespace VideoGen.Silo.Dashboard;

internal static class DashboardRoutes
{
    public static void AddDashboard(this IServiceCollection services) => services.AddRazorComponents().AddInteractiveServerComponents();

    public static void MapDashboard(this WebApplication app)
    {
    }
}

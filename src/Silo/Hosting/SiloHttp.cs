using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using OpenTelemetry.Metrics;
using VideoGen.Client;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Api.Acts;
using VideoGen.Silo.Api.Compat;
using VideoGen.Silo.Api.Creation;
using VideoGen.Silo.Api.Events;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Api.Work;
using VideoGen.Silo.Cluster;
using VideoGen.Silo.Dashboard;
using VideoGen.Silo.Dashboard.Login;
using VideoGen.Silo.Embed;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Hosting;

/// <summary>What a silo answers over HTTP. It listens on loopback, or where it was told to; there nobody gets in without a key.</summary>
internal static class SiloHttp
{
    private const int MaxHeaderBytes = 16_384;

    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(15);

    public static void AddSiloHttp(this WebApplicationBuilder builder, SiloHostOptions options)
    {
        // Endpoints from configuration or from the environment of an image would open other addresses.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "")
            .UseSetting(WebHostDefaults.HttpPortsKey, "")
            .UseSetting(WebHostDefaults.HttpsPortsKey, "");
        var bounds = builder.Configuration.GetSection(HttpBounds.Section).Get<HttpBounds>() ?? new HttpBounds();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigurationLoader = null;
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = bounds.Connections;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.RequestHeadersTimeout = HeaderPatience;
            kestrel.Listen(options.HttpEndpoint ?? new IPEndPoint(IPAddress.Loopback, options.HttpPort));
        });

        var services = builder.Services;
        services.AddPipelineClient();
        var isBeyondLoopback = options.HttpEndpoint is { Address: var address } && !IPAddress.IsLoopback(address);
        services.AddAccess(new DoorOptions(isBeyondLoopback, options.FirstKey), options.Door?.Secret, bounds);
        services.Configure<HostFilteringOptions>(filter =>
        {
            // Where each caller needs a key, the name by which it came gives it nothing; else a page elsewhere could take a name of its own for this machine's.
            filter.AllowedHosts = isBeyondLoopback ? ["*"] : ["localhost", "127.0.0.1", "[::1]"];
            filter.AllowEmptyHosts = false;
        });

        services.AddSingleton(new ServedArtifacts(options.Artifacts));
        services.AddApi();
        services.AddCreationApi();
        services.AddActsApi();
        services.AddWorkApi();
        services.AddCompatApi();
        services.AddEventsApi();
        services.AddWatchApi();
        var health = services.AddHealthChecks().AddCheck<StorageHealth>("storage", tags: [StorageHealth.Tag]);
        if (services.Any(service => service.ServiceType == typeof(ClusterListUpkeep)))
        {
            health.AddCheck<ClusterListUpkeep>("cluster", tags: [StorageHealth.Tag]);
        }

        services.AddOpenTelemetry()
            .ConfigureResource(Telemetry.Name)
            .WithMetrics(metrics => Telemetry.AddMeters(metrics).AddPrometheusExporter());
        services.AddDashboard();
    }

    public static void MapSiloHttp(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseWhen(IsForPrograms, api => api.UseStatusCodePages());
        app.UseMiddleware<BrowserProtection>();
        app.UseMiddleware<EmbedAccess>();
        app.UseAccess();
        app.UseAntiforgery();
        var reads = app.MapGroup("").AnswerHead().Needs(Role.Viewer);
        reads.MapTasksApi();
        reads.MapEventsApi();
        reads.MapWorkersApi();
        reads.MapQueuesApi();
        reads.MapKeysApi();
        reads.MapWebhooksApi();
        reads.MapLimitsApi();
        reads.MapArtifactsApi();
        reads.MapWatchApi();
        reads.MapProblemPages();
        reads.MapCreationApi();
        reads.MapActsApi();
        reads.MapBulkActsApi();
        reads.MapSharesApi();
        reads.MapWorkApi();
        reads.MapUploadsApi();
        reads.MapSyncApi();
        reads.MapCompatApi();
        reads.MapOpenApi();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint().WithMetadata(HeadRequests.ReadsAlone);
        app.MapEmbedScript();
        app.MapLogin();
        app.MapOrleansPages();
        app.MapDashboard();
    }

    private static bool IsForPrograms(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || context.Request.Path.StartsWithSegments("/compat", StringComparison.OrdinalIgnoreCase);
}

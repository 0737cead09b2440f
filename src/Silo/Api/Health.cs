using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Storage;
using VideoGen.Grains.Commit;
using VideoGen.Silo.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Stored;

namespace VideoGen.Silo.Api;

/// <param name="Status">healthy or unhealthy.</param>
/// <param name="Problems">What is wrong, for a person.</param>
internal sealed record HealthReply(string Status, string Service, string[] Problems);

/// <summary>Whether the process lives (<c>/healthz</c>), and whether it can serve tasks (<c>/healthz/ready</c>).</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync })
            .NeedsNothing()
            .WithMetadata(HeadRequests.ReadsAlone);
        routes.MapHealthChecks(
            "/healthz/ready",
            new HealthCheckOptions { Predicate = check => check.Tags.Contains(StorageHealth.Tag), ResponseWriter = WriteAsync })
            .NeedsNothing()
            .WithMetadata(HeadRequests.ReadsAlone);
    }

    /// <summary>What is wrong is told to those alone who would be let in; an orchestrator needs the status.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthReply(
            report.Status == HealthStatus.Unhealthy ? "unhealthy" : "healthy",
            "videogen",
            context.Features.Get<Caller>() is null
                ? []
                : [.. report.Entries.Values.Select(entry => entry.Description).OfType<string>().Select(HostPaths.Hide)]),
        ApiJson.Default.HealthReply);
}

/// <summary>A silo that cannot reach its storage must not be given work. It asks for one record: any provider can, while not all have a list.</summary>
internal sealed class StorageHealth(
    [FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage, IGrainFactory grains, StorageCircuit circuit) : IHealthCheck
{
    public const string Tag = "ready";

    /// <summary>No task needs to have this id, and it does not matter if one has.</summary>
    private const string AskedFor = "videogen.readiness";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (circuit.IsOpen)
        {
            return HealthCheckResult.Unhealthy("This silo could store nothing for a while, and refuses commands until it can.");
        }

        try
        {
            var key = grains.GetGrain<ITaskStateGrain>(AskedFor).GetGrainId();
            var record = new GrainState<TaskDocument>(new TaskDocument());
            await storage.ReadStateAsync(TaskStorage.StateName, key, record).WaitAsync(Timeout, cancellationToken);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // Whatever goes wrong is the finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy($"The task store does not answer: {exception.Message}");
        }
    }
}

using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api;

/// <param name="Status">healthy or unhealthy.</param>
/// <param name="Problems">What is wrong, for a person.</param>
internal sealed record HealthReply(string Status, string Service, string[] Problems);

/// <summary>Whether the process lives (<c>/healthz</c>), and whether it can serve tasks (<c>/healthz/ready</c>).</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        routes.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(StorageHealth.Tag), ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthReply(
            report.Status == HealthStatus.Unhealthy ? "unhealthy" : "healthy",
            "videogen",
            [.. report.Entries.Values.Select(entry => entry.Description).OfType<string>()]),
        ApiJson.Default.HealthReply);
}

/// <summary>A silo that cannot reach its storage must not be given work.</summary>
internal sealed class StorageHealth(ITaskIndex index) : IHealthCheck
{
    public const string Tag = "ready";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await index.QueryAsync(new TaskQuery { PageSize = 1 }, cancellationToken).WaitAsync(Timeout, cancellationToken);
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

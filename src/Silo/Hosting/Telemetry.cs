using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using VideoGen.Client.Diagnostics;
using VideoGen.Grains.Diagnostics;

namespace VideoGen.Silo.Hosting;

/// <summary>
/// Sends the traces and metrics of a process to where OpenTelemetry's own variables say, and nowhere without them: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or those
/// for traces and metrics alone. Its other variables (protocol, headers, service name) hold as everywhere.
/// </summary>
public static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <param name="services">Of the process.</param>
    /// <param name="configuration">Holds the environment.</param>
    public static void AddVideoGenTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var hasTraces = Has(Endpoint) || Has(TracesEndpoint);
        var hasMetrics = Has(Endpoint) || Has(MetricsEndpoint);
        if (!hasTraces && !hasMetrics)
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry().ConfigureResource(Name);
        if (hasTraces)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(StageTelemetry.SourceName, "Microsoft.AspNetCore", "System.Net.Http")
                .AddOtlpExporter());
        }

        if (hasMetrics)
        {
            telemetry.WithMetrics(metrics => AddMeters(metrics).AddOtlpExporter());
        }

        bool Has(string variable) => !string.IsNullOrEmpty(configuration[variable]);
    }

    internal static MeterProviderBuilder AddMeters(MeterProviderBuilder metrics) =>
        metrics.AddMeter(VideoGenDiagnostics.MeterName, StageTelemetry.SourceName, "Microsoft.Orleans");

    /// <summary>What <c>OTEL_SERVICE_NAME</c> says goes before ours.</summary>
    internal static void Name(ResourceBuilder resource) => resource.AddService("videogen").AddEnvironmentVariableDetector();
}

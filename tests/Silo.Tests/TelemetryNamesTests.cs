using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Diagnostics;
using VideoGen.Grains.Diagnostics;

namespace VideoGen.Silo.Tests;

/// <summary>Dashboards, rules and the page about figures name what the program makes, in the form that Prometheus reads.</summary>
public sealed partial class TelemetryNamesTests
{
    private static readonly string[] Files = ["deploy/telemetry/grafana.json", "deploy/telemetry/alerts.yaml", "docs/telemetry.md"];

    [Fact]
    public async Task EveryFigureThatIsNamedIsMade()
    {
        var made = Figures().SelectMany(figure => figure.Series).ToHashSet();
        foreach (var file in Files)
        {
            var named = Name().Matches(await ReadAsync(file)).Select(match => match.Value).Distinct().ToArray();
            Assert.NotEmpty(named);
            Assert.Empty(named.Except(made));
        }
    }

    [Fact]
    public async Task EveryFigureIsExplainedAndShown()
    {
        var (page, dashboard) = (await ReadAsync("docs/telemetry.md"), await ReadAsync("deploy/telemetry/grafana.json"));
        Assert.All(Figures(), figure =>
        {
            Assert.Contains($"`{figure.Name}`", page, StringComparison.Ordinal);
            Assert.Contains(figure.Name, dashboard, StringComparison.Ordinal);
        });
    }

    [GeneratedRegex("videogen_[a-z_]+[a-z]")]
    private static partial Regex Name();

    private static List<(string Name, string[] Series)> Figures()
    {
        var figures = new List<(string, string[])>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name is VideoGenDiagnostics.MeterName or StageTelemetry.SourceName)
            {
                figures.Add(InPrometheus(instrument));
            }
        };
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(StageTelemetry).TypeHandle);
        using var diagnostics = new VideoGenDiagnostics(NullLogger<VideoGenDiagnostics>.Instance);
        listener.Start();
        Assert.True(figures.Count >= 14, $"There are {figures.Count} figures.");
        return [.. figures.Distinct()];
    }

    /// <summary>Units in braces are left out, and counters end in what they are.</summary>
    private static (string Name, string[] Series) InPrometheus(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        var kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Histogram<>) ? (name, [name, name + "_bucket", name + "_sum", name + "_count"])
            : kind == typeof(Counter<>) ? (name + "_total", [name + "_total"])
            : (name, [name]);
    }

    private static async Task<string> ReadAsync(string file)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "VideoGen.Orleans.sln")))
        {
            root = root.Parent!;
        }

        return await File.ReadAllTextAsync(Path.Combine(root.FullName, file));
    }
}

using System.Globalization;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>What the processes of a cluster send to a collector of OpenTelemetry.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>A task of one stage is traced from the command that made it to the worker that did it, which are processes of their own.</summary>
    [Fact]
    public async Task TheSpansOfATaskAreOneTraceOverAllProcesses()
    {
        using var folder = new TemporaryFolder();
        await using var collector = new TraceCollector();
        var videogen = new VideoGenCommand(folder.File("data"), new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        folder.Write("render.sh", "echo done > out/film.txt");
        var pipeline = folder.Write("p.json", """{"name": "p", "stages": [{"name": "render", "critical": true}]}""");
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await videogen.StartSiloAsync("--redis", redis.Address);
        await using var worker = videogen.Start(["worker", "--exec", "bash render.sh", "--kind", "render", "--redis", redis.Address], folder.Path);
        await worker.WaitForLineAsync("The worker is up");

        var (task, created) = await SubmitAsync(videogen, collector, ["--pipeline", pipeline, "--redis", redis.Address]);

        var done = await collector.WaitForAsync("stage render", task, Ended);
        Assert.Equal(created.TraceId, done.TraceId);
        Assert.Equal(created.SpanId, done.ParentSpanId);
        Assert.Equal("1", done.Attributes["videogen.attempt"]);
        Assert.Equal("Completed", done.Attributes["videogen.end"]);
        var (_, shown) = await videogen.RunAsync("show", task, "--json", "--redis", redis.Address);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"00-{created.TraceId}-{created.SpanId}-01"), shown, StringComparison.Ordinal);
    }

    /// <summary>
    /// The task that was submitted, and the span of that. A command has two seconds at its exit to send it, which may be too few on a busy machine; one that
    /// sends none in three times sends none.
    /// </summary>
    private static async Task<(string Task, CollectedSpan Created)> SubmitAsync(VideoGenCommand videogen, TraceCollector collector, string[] options)
    {
        for (var times = 1; times <= 3; times++)
        {
            var task = string.Create(CultureInfo.InvariantCulture, $"traced-{times}");
            var (exitCode, said) = await videogen.RunAsync(["submit", "--id", task, "--wait", .. options]);
            Assert.True(exitCode == 0, said);
            if (collector.Find("create task", task) is { } created)
            {
                return (task, created);
            }
        }

        throw new InvalidOperationException("No command sent its span.");
    }
}

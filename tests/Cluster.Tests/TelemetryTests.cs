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

            // A command has two seconds at its exit to send what it has not sent yet, which may be too few on a busy machine.
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        });
        folder.Write("render.sh", "echo done > out/film.txt");
        var pipeline = folder.Write("p.json", """{"name": "p", "stages": [{"name": "render", "critical": true}]}""");
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await videogen.StartSiloAsync("--redis", redis.Address);
        await using var worker = videogen.Start(["worker", "--exec", "bash render.sh", "--kind", "render", "--redis", redis.Address], folder.Path);
        await worker.WaitForLineAsync("The worker is up");

        var (exitCode, said) = await videogen.RunAsync("submit", "--pipeline", pipeline, "--id", "traced", "--redis", redis.Address, "--wait");

        Assert.True(exitCode == 0, said);
        var created = await collector.WaitForAsync("create task", Ended);
        var done = await collector.WaitForAsync("stage render", Ended);
        Assert.Equal(created.TraceId, done.TraceId);
        Assert.Equal(created.SpanId, done.ParentSpanId);
        Assert.Equal("traced", done.Attributes["videogen.task"]);
        Assert.Equal("1", done.Attributes["videogen.attempt"]);
        Assert.Equal("Completed", done.Attributes["videogen.end"]);
        var (_, shown) = await videogen.RunAsync("show", "traced", "--json", "--redis", redis.Address);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"00-{created.TraceId}-{created.SpanId}-01"), shown, StringComparison.Ordinal);
    }
}

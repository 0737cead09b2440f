using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Peers;

/// <summary>BullMQ's flows, done by a worker in a process of its own, on the Redis of the benchmark.</summary>
internal sealed class BullFlows : IPipelinePeer
{
    private const string Program = "Node/pipeline.mjs";

    private static readonly string[] Packages = ["bullmq@6.7.0", "ioredis@5.11.1"];

    private readonly Process _process;
    private readonly string _version;

    private BullFlows(Process process, string version)
    {
        _process = process;
        _version = version;
    }

    public string Name => $"BullMQ {Packages[0].Split('@')[1]}, flows on Redis {_version}";

    public string Durability => "log fsynced (appendfsync always)";

    public int Pipelines => PipelineLoad.Pipelines;

    public int WarmUp => PipelineLoad.WarmUp;

    /// <summary>Null when Redis, Node or npm is not installed.</summary>
    public static async Task<BullFlows?> StartAsync(Workbench bench)
    {
        if (ServerProcess.Find("node") is not { } node || ServerProcess.Find("npm") is not { } npm || await bench.RedisAsync() is not { } redis)
        {
            return null;
        }

        var packages = bench.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(packages).FullName, "package.json"), "{}");
        await ServerProcess.RunAsync(
            npm, ["install", "--prefix", packages, "--no-package-lock", "--no-audit", "--no-fund", "--silent", .. Packages]);
        var start = new ProcessStartInfo(
            node,
            [
                Path.Combine(AppContext.BaseDirectory, Program), packages, redis.Endpoint.Split(':')[1],
                PipelineLoad.Stages.ToString(CultureInfo.InvariantCulture), PipelineLoad.Slots.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var bull = new BullFlows(process, redis.Version);
        await bull.ReadLineAsync();
        return bull;
    }

    public async Task<TimeSpan> RunAsync(int pipelines)
    {
        await _process.StandardInput.WriteLineAsync(pipelines.ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync();
        return TimeSpan.FromMilliseconds(double.Parse(await ReadLineAsync(), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{Program} ended; its last words are above.");
}

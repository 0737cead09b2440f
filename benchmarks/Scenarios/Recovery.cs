using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Client;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Two silos as deployed, in processes of their own, with many open tasks; one of them is killed while a worker begins to do them.</summary>
internal static class Recovery
{
    private const int Tasks = 10_000;

    private const int Slots = 32;

    private const int Creators = 64;

    /// <summary>A round takes half a minute, so there are few.</summary>
    private const int MaxRounds = 2;

    private const string Program = "src/Cli/bin/Release/net10.0/videogen.dll";

    private const string Cluster = "videogen";

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (await bench.RedisAsync() is not { } redis || RepositoryFile.Find(Program) is not { } program)
        {
            Console.WriteLine($"recovery was not measured: it needs redis-server, and {Program} (dotnet build -c Release).");
            return;
        }

        Console.WriteLine($"### recovery: kill -9 of one of two silos with {Tasks:N0} open tasks, a worker of {Slots} slots\n");
        var (detections, ends) = (new List<double>(), new List<double>());
        for (var round = 0; round < Math.Min(rounds.Count, MaxRounds); round++)
        {
            var (detected, ended) = await MeasureAsync(bench, redis, program, string.Create(CultureInfo.InvariantCulture, $"{Cluster}-{round}"));
            detections.Add(detected);
            ends.Add(ended);
        }

        var table = new Table("after the kill", "s", "from to");
        Add("the dead silo is out of the membership", detections);
        Add("the last task is done", ends);
        table.Print();
        Ratio.AtMost("recovery-seconds-after-detection", Rounds.Median(ends.Zip(detections, (end, detected) => end - detected)), 10, 2);

        void Add(string row, List<double> times) => table.Add(row, Number(Rounds.Median(times)), $"{Number(times.Min())} to {Number(times.Max())}");
        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static async Task<(double Detected, double Ended)> MeasureAsync(Workbench bench, RedisServer redis, string program, string cluster)
    {
        var folder = bench.NewFolder();
        var (gateway, doomedGateway) = (FreePort.Take(), FreePort.Take());
        await using var survivor = await StartSiloAsync(gateway);
        await using var doomed = await StartSiloAsync(doomedGateway);
        using var host = await ConnectAsync(gateway, cluster, folder);
        var tasks = host.Services.GetRequiredService<PipelineClient>();
        var pipeline = new PipelineDefinition { Name = "one", Stages = [new StageDefinition { Name = "work" }] };
        var ids = Enumerable.Range(0, Tasks).Select(i => TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"open-{i:00000}"))).ToArray();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Creators }, async (id, token) =>
            await tasks.CreateAsync(new CreateTask(id, JsonText.EmptyObject, pipeline), token));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = Tasks;
        using var worker = new StageWorker(
            host.Services.GetRequiredService<IGrainFactory>(),
            tasks,
            host.Services.GetRequiredService<IArtifactStore>(),
            [
                new CodeStage("work", (_, _) =>
                {
                    Interlocked.Decrement(ref left);
                    begun.TrySetResult();
                    return Task.CompletedTask;
                }),
            ],
            Options.Create(new StageWorkerOptions { Concurrency = Slots, WorkDirectory = Path.Combine(folder, "work") }),
            TimeProvider.System,
            NullLogger<StageWorker>.Instance);
        await worker.StartAsync(CancellationToken.None);
        await begun.Task;
        var killed = Stopwatch.GetTimestamp();
        doomed.Kill();
        var detection = DetectAsync(host.Services.GetRequiredService<IGrainFactory>(), killed);
        foreach (var id in ids)
        {
            while ((await tasks.ReadAsync(id))?.ToState().Status != RunStatus.Completed)
            {
                await Task.Delay(10);
            }
        }

        var ended = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        var detected = await detection;
        await worker.StopAsync(CancellationToken.None);
        await host.StopAsync();
        return (detected, ended);

        Task<ServerProcess> StartSiloAsync(int gatewayPort) => ServerProcess.StartAsync(
            gatewayPort,
            "dotnet",
            program, "silo", "--redis", redis.Endpoint, "--cluster", cluster, "--data", Path.Combine(folder, "data"),
            "--silo-port", FreePort.Take().ToString(CultureInfo.InvariantCulture),
            "--gateway-port", gatewayPort.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<IHost> ConnectAsync(int gateway, string cluster, string folder)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.AddVideoGenClient("the silos of the benchmark", client => client.UseLocalhostClustering(gateway, cluster, cluster));
        builder.Services.AddFolderArtifacts(Path.Combine(folder, "artifacts"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Seconds until one silo alone is in the membership, as that one knows it.</summary>
    private static async Task<double> DetectAsync(IGrainFactory grains, long killed)
    {
        while (true)
        {
            try
            {
                var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).WaitAsync(TimeSpan.FromSeconds(1));
                if (hosts.Count == 1)
                {
                    return Stopwatch.GetElapsedTime(killed).TotalSeconds;
                }
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                // The grain that was asked is in the silo that was killed, for as long as nobody knows.
            }

            await Task.Delay(100);
        }
    }
}

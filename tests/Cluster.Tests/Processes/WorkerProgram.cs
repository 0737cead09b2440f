using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Client;
using VideoGen.Client.Stages;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A worker with short leases, and stages that wait for a test (<see cref="WaitingStage"/>) or take a moment (<see cref="BriefStage"/>).</summary>
internal static class WorkerProgram
{
    public const string StageKind = "wait";

    public const string BriefKind = "brief";

    /// <summary>As the last argument: the worker has leases of the usual length, and brings its stages to their end before it goes.</summary>
    public const string Drains = "drains";

    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(1);

    /// <param name="args">
    /// The Redis of the cluster, the name of this worker, the folder of artifacts and of the files that stages wait for, how many stages it does at a time, and
    /// <see cref="Drains"/>.
    /// </param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (redis, name, folder, drains) = (args[0], args[1], args[2], args is [.., Drains]);
        var builder = ClusterClient.CreateBuilder(redis);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("VideoGen", LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddFolderArtifacts(Path.Combine(folder, "artifacts"));
        builder.Services.AddSingleton<IStage>(new WaitingStage(name, folder));
        builder.Services.AddSingleton<IStage>(new BriefStage(name));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainPatience + DrainPatience);
        builder.Services.AddStageWorker(worker =>
        {
            worker.Name = name;
            worker.Concurrency = args is [_, _, _, var concurrency, ..] ? int.Parse(concurrency, CultureInfo.InvariantCulture) : 1;
            worker.LeaseDuration = drains ? worker.LeaseDuration : TimeSpan.FromSeconds(2);
            worker.DrainPatience = drains ? DrainPatience : TimeSpan.Zero;
            worker.HeartbeatInterval = TimeSpan.FromMilliseconds(300);
            worker.WorkDirectory = Path.Combine(folder, $"work-{name}");
        });
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine($"{name} is up");
        await host.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Works for a tenth of a second or so, and makes an artifact that says which worker made it.</summary>
    private sealed class BriefStage(string worker) : IStage
    {
        private const int Steps = 3;

        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(30);

        public string Kind => BriefKind;

        public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
        {
            for (var i = 1; i <= Steps; i++)
            {
                await Task.Delay(Step, cancellationToken);
                await context.ReportProgressAsync(i / (double)Steps, $"step {i}", cancellationToken);
            }

            var result = await MadeByAsync(worker, context, cancellationToken);
            Console.WriteLine($"done {context.TaskId}/{context.StageName}");
            return result;
        }
    }

    private static async Task<StageResult> MadeByAsync(string worker, StageContext context, CancellationToken cancellationToken)
    {
        var file = Path.Combine(context.WorkingDirectory, "made-by");
        await File.WriteAllTextAsync(file, worker, cancellationToken);
        return new StageResult { Artifacts = [await context.SaveArtifactAsync("made-by", file, "text/plain", cancellationToken)] };
    }

    /// <summary>Says that it began, waits until a file with the name of its task is there, and then makes an artifact that says which worker made it.</summary>
    private sealed class WaitingStage(string worker, string folder) : IStage
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

        public string Kind => StageKind;

        public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
        {
            Console.WriteLine($"{context.TaskId} begun by {worker}, attempt {context.Attempt}");
            while (!File.Exists(Path.Combine(folder, context.TaskId.Value)))
            {
                await Task.Delay(Interval, cancellationToken);
            }

            return await MadeByAsync(worker, context, cancellationToken);
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Client;
using VideoGen.Client.Stages;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A worker with short leases and one stage, <see cref="WaitingStage"/>.</summary>
internal static class WorkerProgram
{
    public const string StageKind = "wait";

    /// <param name="args">The Redis of the cluster, the name of this worker, and the folder of artifacts and of the files that stages wait for.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (redis, name, folder) = (args[0], args[1], args[2]);
        var builder = ClusterClient.CreateBuilder(redis);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("VideoGen", LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddFolderArtifacts(Path.Combine(folder, "artifacts"));
        builder.Services.AddSingleton<IStage>(new WaitingStage(name, folder));
        builder.Services.AddStageWorker(worker =>
        {
            worker.Name = name;
            worker.Concurrency = 1;
            worker.LeaseDuration = TimeSpan.FromSeconds(2);
            worker.HeartbeatInterval = TimeSpan.FromMilliseconds(300);
            worker.WorkDirectory = Path.Combine(folder, $"work-{name}");
        });
        using var host = builder.Build();
        await host.RunAsync();
        return 0;
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

            var file = Path.Combine(context.WorkingDirectory, "made-by");
            await File.WriteAllTextAsync(file, worker, cancellationToken);
            return new StageResult { Artifacts = [await context.SaveArtifactAsync("made-by", file, "text/plain", cancellationToken)] };
        }
    }
}

using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Workers;
using VideoGen.Cli.Views;
using VideoGen.Client;
using VideoGen.Client.Stages;
using VideoGen.Stages;
using VideoGen.Stages.Programs;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Cli.Commands;

/// <summary>A worker of a rehearsal: its leases are short, and its log says each stage that it is given and completes.</summary>
internal static class RehearseWorkerCommand
{
    private const int StagesAtATime = 3;

    public static Command Create(IAnsiConsole console)
    {
        var name = new Option<string>("--name") { Required = true };
        var lease = Duration.CreateOption("--lease", "How long a lease holds without a sign of life.", TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));
        var kinds = new Option<string[]>("--kind") { Description = "Kinds of stages whose work is simulated." };
        var queues = new Option<string[]>("--queue") { DefaultValueFactory = _ => [StageDefinition.DefaultQueue] };
        var capabilities = new Option<string[]>("--capability");
        var programs = new Option<string[]>("--exec") { Description = "KIND=COMMAND: the program that does the stages of a kind." };
        var video = new Option<bool>("--video") { Description = "Do the stages of the built-in pipeline." };
        var command = new Command(ClusterPlan.WorkerCommand, "Be a worker of a rehearsal.")
        {
            CommonOptions.OfCluster, CommonOptions.Data, name, lease, kinds, programs, queues, capabilities, video,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = CommonOptions.RequireCluster(parsed, "A worker of a rehearsal");
            var data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data));
            var called = parsed.GetValue(name)!;
            var builder = RemoteCluster.CreateBuilder(address);
            builder.Logging.ClearProviders()
                .AddSimpleConsole(log => log.SingleLine = true)
                .SetMinimumLevel(LogLevel.Debug)
                .AddFilter("VideoGen", LogLevel.Debug)
                .AddFilter("Orleans", LogLevel.Error)
                .AddFilter("Microsoft", LogLevel.Error);
            builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
            builder.Services.AddFolderArtifacts(data.Artifacts);
            foreach (var kind in parsed.GetValue(kinds) ?? [])
            {
                builder.Services.AddSingleton<IStage>(new SimulatedStage(kind, called));
            }

            foreach (var (kind, program) in RehearsedPrograms.Parse(parsed.GetValue(programs) ?? []))
            {
                builder.Services.AddProgramStages(new ProgramStageOptions { Kinds = [kind], Command = program });
            }

            if (parsed.GetValue(video))
            {
                builder.Services.AddVideoStages(builder.Configuration);
            }

            builder.Services.AddStageWorker(worker =>
            {
                worker.Name = called;
                worker.Concurrency = StagesAtATime;
                worker.Queues = [.. parsed.GetValue(queues)!];
                worker.Capabilities = [.. parsed.GetValue(capabilities) ?? []];
                worker.LeaseDuration = parsed.GetValue(lease);
                worker.HeartbeatInterval = worker.LeaseDuration / 6;
                worker.WorkDirectory = Path.Combine(data.Work, called);
            });
            var host = builder.Build();
            await RemoteCluster.StartAsync(host, address, cancellationToken);
            Terminal.WriteLine(console, "The worker is up.");
            await host.RunUntilAsync(cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }
}

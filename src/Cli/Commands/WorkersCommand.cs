using System.Collections.Immutable;
using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen workers</c> lists the workers of a cluster, and <c>videogen worker drain</c> has one end what it holds and then end.</summary>
internal static class WorkersCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("workers", "List the workers of a cluster, and what each of them does.")
        {
            CommonOptions.Json, CommonOptions.OfCluster,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var cluster = await ConnectAsync(parsed, "workers", cancellationToken);
            var workers = await RegistryOf(cluster).ListAsync().WaitAsync(cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Terminal.WriteJson(console, writer => WorkerListView.Write(writer, workers));
            }
            else
            {
                WorkerListView.Show(console, workers, TimeProvider.System.GetUtcNow());
            }

            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateDrain(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The worker, as 'videogen workers' lists it." };
        var wait = new Option<bool>("--wait") { Description = "Answer when the worker holds nothing any more." };
        var command = new Command("drain", "Have a worker take nothing more; it ends what it holds, and then ends.")
        {
            name, wait, CommonOptions.OfCluster,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var cluster = await ConnectAsync(parsed, "worker drain", cancellationToken);
            var registry = RegistryOf(cluster);
            var worker = parsed.GetValue(name)!;
            if (await registry.DrainAsync(worker).WaitAsync(cancellationToken) == 0)
            {
                throw new CommandFailedException(ExitCode.NotFound, $"No worker '{worker}' is alive. 'videogen workers' lists those that are.");
            }

            var told = (await registry.ListAsync().WaitAsync(cancellationToken)).Where(status => status.Report.Profile.Worker.Name == worker)
                .Select(status => status.Report.Profile.Worker).ToImmutableHashSet();
            Terminal.WriteLine(console, $"Worker {worker} takes nothing more.");
            if (parsed.GetValue(wait))
            {
                await WaitAsync(registry, told, cancellationToken);
                Terminal.WriteLine(console, $"Worker {worker} holds nothing any more.");
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Waits until none of these holds a stage. A registry that lost its memory is told again.</summary>
    private static async Task WaitAsync(IWorkerRegistryGrain registry, ImmutableHashSet<WorkerId> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = (await registry.ListAsync().WaitAsync(cancellationToken)).Where(status => told.Contains(status.Report.Profile.Worker)).ToList();
            if (left.All(status => status.Report is { IsDraining: true, Stages.IsEmpty: true }))
            {
                return;
            }

            if (left.Any(status => !status.IsToldToDrain))
            {
                await registry.DrainAsync(left[0].Report.Profile.Worker.Name).WaitAsync(cancellationToken);
            }

            await Task.Delay(LookInterval, cancellationToken);
        }
    }

    private static IWorkerRegistryGrain RegistryOf(RemoteCluster cluster) => cluster.Grains.GetGrain<IWorkerRegistryGrain>(0);

    private static Task<RemoteCluster> ConnectAsync(ParseResult parsed, string command, CancellationToken cancellationToken) =>
        RemoteCluster.ConnectAsync(CommonOptions.RequireCluster(parsed, $"'{command}'"), cancellationToken);
}

using System.Collections.Immutable;
using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Tasks.State;
using static VideoGen.Cli.Commands.OperatedClusters;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen workers</c> lists the workers of a cluster, and <c>videogen worker drain</c> has one end what it holds and then end.</summary>
internal static class WorkersCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static Command Create(IAnsiConsole console)
    {
        var command = Verb("workers", "List the workers of a cluster, and what each of them does.", OutputOption.All);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var form = OutputOption.Read(parsed);
            var workers = await cluster.ListWorkersAsync(cancellationToken);
            Show(
                console,
                form,
                workers.Select(worker => worker.Report.Profile.Worker.Name),
                writer => WorkerListView.Write(writer, workers),
                isWide => WorkerListView.Show(console, workers, TimeProvider.System.GetUtcNow(), isWide));
        }, cancellationToken));
        return command;
    }

    public static Command CreateDrain(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The worker, as 'videogen workers' lists it." };
        var wait = new Option<bool>("--wait") { Description = "Answer when the worker holds nothing any more." };
        var command = Verb("drain", "Have a worker take nothing more; it ends what it holds, and then ends.", name, wait);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var worker = parsed.GetValue(name)!;
            if (await cluster.DrainAsync(worker, cancellationToken) == 0)
            {
                throw new CommandFailedException(ExitCode.NotFound, $"No worker '{worker}' is alive. 'videogen workers' lists those that are.");
            }

            var told = (await cluster.ListWorkersAsync(cancellationToken)).Where(status => status.Report.Profile.Worker.Name == worker)
                .Select(status => status.Report.Profile.Worker).ToImmutableHashSet();
            Terminal.WriteLine(console, $"Worker {worker} takes nothing more.");
            if (parsed.GetValue(wait))
            {
                await WaitAsync(cluster, told, cancellationToken);
                Terminal.WriteLine(console, $"Worker {worker} holds nothing any more.");
            }
        }, cancellationToken));
        return command;
    }

    /// <summary>Waits until none of these holds a stage. A registry that lost its memory is told again.</summary>
    private static async Task WaitAsync(IOperatedCluster cluster, ImmutableHashSet<WorkerId> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = (await cluster.ListWorkersAsync(cancellationToken)).Where(status => told.Contains(status.Report.Profile.Worker)).ToList();
            if (left.All(status => status.Report is { IsDraining: true, Stages.IsEmpty: true }))
            {
                return;
            }

            if (left.Any(status => !status.IsToldToDrain))
            {
                await cluster.DrainAsync(left[0].Report.Profile.Worker.Name, cancellationToken);
            }

            await Task.Delay(LookInterval, cancellationToken);
        }
    }
}

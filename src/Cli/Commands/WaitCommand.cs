using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen wait ID</c>: for scripts that go on when a task has come to a status.</summary>
internal static class WaitCommand
{
    private static readonly string[] Statuses = [.. Enum.GetValues<RunStatus>().Select(status => status.ToWireName())];

    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(240);

    public static Command Create(IAnsiConsole console)
    {
        var status = new Option<string>("--for")
        {
            Description = "The status to wait for. A task that ends otherwise ends the waiting too.",
            HelpName = "STATUS",
            DefaultValueFactory = _ => RunStatus.Completed.ToWireName(),
        };
        status.AcceptOnlyFromAmong(Statuses);
        var timeout = Duration.CreateOption("--timeout", "How long to wait.", MaxWait, MaxWait);
        var command = new Command("wait", "Wait until a task is completed, or in another status. Nothing is shown meanwhile.")
        {
            CommonOptions.Id, status, timeout, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var wanted = parsed.GetValue(status);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(parsed.GetValue(timeout));
            TaskState? state = null;
            try
            {
                await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
                await foreach (var snapshot in tasks.WatchAsync(id, patience.Token))
                {
                    state = snapshot.ToState();
                    if (state.Status.ToWireName() == wanted)
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                var reached = state is null ? "" : $"; it is {state.Status.ToWireName()}";
                throw new CommandFailedException(ExitCode.Failed, $"Task {id} is not {wanted} after {Duration.Format(parsed.GetValue(timeout))}{reached}.");
            }

            if (state is null)
            {
                throw CommandFailedException.NotFound(id);
            }

            Terminal.WriteLine(console, $"Task {id} is {state.Status.ToWireName()}.");
            return state.Status.ToWireName() == wanted ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}

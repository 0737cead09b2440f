using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen logs ID [STAGE]</c>: what happened to a task, as its page tells it, and with <c>-f</c> what happens.</summary>
internal static class LogsCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var stage = new Argument<string?>("STAGE")
        {
            Description = "Only this stage; a group stands for its members too. Default: the whole task.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the task ends, with what its stages say meanwhile." };
        var command = new Command("logs", "Tell what happened to a task, the oldest first: attempts, who made them, how they ended, what stages say now.")
        {
            CommonOptions.Id, stage, follow, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var only = parsed.GetValue(stage) is { } name ? CommonOptions.ParseStage(name) : (StageName?)null;
            var log = new LogView(console, TimeProvider.System, only);
            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            var first = await tasks.ReadAsync(id, cancellationToken) ?? throw CommandFailedException.NotFound(id);
            if (only is { } wanted && !first.ToState().Stages.Any(known => LogView.IsOf(known.Name, wanted)))
            {
                throw new CommandFailedException(ExitCode.NotFound, $"Task {id} has no stage {wanted}. 'videogen describe {id}' shows those that it has.");
            }

            log.Tell(first.ToState());
            if (parsed.GetValue(follow))
            {
                await FollowAsync().OrSayAsync($"Task {id} goes on; only the log has ended.", cancellationToken);
            }

            return ExitCode.Success;

            async Task<bool> FollowAsync()
            {
                await foreach (var snapshot in tasks.WatchAsync(id, cancellationToken))
                {
                    log.Tell(snapshot.ToState());
                }

                return true;
            }
        });
        return command;
    }
}

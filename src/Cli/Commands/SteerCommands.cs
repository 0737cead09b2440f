using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Commands;

/// <summary>The commands that change a task: <c>cancel</c>, <c>pause</c>, <c>resume</c>, <c>retry</c>, <c>priority</c>, <c>delete</c>.</summary>
internal static class SteerCommands
{
    public static IEnumerable<Command> Create(IAnsiConsole console) =>
    [
        Steer(console, "cancel", "Cancel a task. What is completed stays, and 'retry' goes on from there.", _ => new CancelTask(), "is cancelled"),
        Steer(console, "pause", "Pause a task: stages at work are given back, and nothing more is started.", _ => new PauseTask(), "is paused"),
        Steer(console, "resume", "Go on with a paused task.", _ => new ResumeTask(), "goes on"),
        Steer(console, "retry", "Go on with a failed or cancelled task, from the stages that did not complete.", _ => new RetryTask(), "goes on"),
        CreatePriority(console),
        Steer(console, "delete", "Delete a task that is not at work.", _ => new DeleteTask(), "is deleted"),
    ];

    private static Command CreatePriority(IAnsiConsole console)
    {
        var priority = new Argument<int>("N") { Description = $"From -{Limits.MaxPriority} to {Limits.MaxPriority}; tasks of higher priority go first." };
        return Steer(
            console, "priority", "Give a task that is not finished another place in the queues.",
            parsed => new ChangePriority(parsed.GetValue(priority)), "has its new priority", priority);
    }

    private static Command Steer(
        IAnsiConsole console, string name, string description, Func<ParseResult, TaskCommand> make, string done, params ReadOnlySpan<Symbol> further)
    {
        var command = new Command(name, description) { CommonOptions.Id };
        foreach (var symbol in further)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        foreach (var option in (Option[])[CommonOptions.Data, CommonOptions.Store, CommonOptions.Redis, CommonOptions.RedisFile, CommonOptions.Cluster])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var reply = await SendAsync(parsed, id, make(parsed), cancellationToken);
            if (reply is { Reason: RefusalReason.NotFound } || (name == "delete" && reply.Outcome == CommandOutcome.Unchanged))
            {
                throw CommandFailedException.NotFound(id);
            }

            if (reply.IsRefused)
            {
                throw new CommandFailedException(ExitCode.Conflict, $"Task {id}: {reply.Message}");
            }

            Terminal.WriteLine(console, reply.Outcome == CommandOutcome.Unchanged ? $"Task {id}: {reply.Message}" : $"Task {id} {done}.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Sends it to the cluster; or, without one, to this machine's store through a silo that lives for this one command.</summary>
    private static async Task<TaskReply> SendAsync(ParseResult parsed, TaskId id, TaskCommand command, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadCluster(parsed) is { } address)
        {
            await using var cluster = await RemoteCluster.ConnectAsync(address, cancellationToken);
            return await cluster.Tasks.ExecuteAsync(id, command, cancellationToken);
        }

        await using var embedded = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data)), Store = CommonOptions.ReadStore(parsed) },
            cancellationToken);
        return await embedded.GuardAsync(embedded.Tasks.ExecuteAsync(id, command, cancellationToken));
    }
}

using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Commands;

/// <summary>The commands that change a task: <c>cancel</c>, <c>pause</c>, <c>resume</c>, <c>retry</c>, <c>skip</c>, <c>priority</c>, <c>delete</c>.</summary>
internal static class SteerCommands
{
    internal static readonly Option<string?> Reason = new("--reason") { Description = "Why; it is kept with the task.", HelpName = "TEXT" };

    public static IEnumerable<Command> Create(IAnsiConsole console) =>
    [
        Steer(console, "cancel", "Cancel a task. What is completed stays, and 'retry' goes on from there.", _ => new CancelTask(), "is cancelled"),
        PauseCommand.Create(console),
        Steer(console, "resume", "Go on with a paused task.", _ => new ResumeTask(), "goes on"),
        CreateRetry(console),
        CreateSkip(console),
        CreatePriority(console),
        Steer(console, "delete", "Delete a task that is not at work.", _ => new DeleteTask(), "is deleted"),
    ];

    private static Command CreateRetry(IAnsiConsole console)
    {
        var stages = new Argument<string[]>("STAGE")
        {
            Description = "Stages to do again, completed or not, with all that depends on them; also in a task that is completed or at work. "
                + "A unit is a stage, such as audio_generation:scene-003. Default: those that did not complete.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var now = new Option<bool>("--now")
        {
            Description = "Of a task at work: skip the delay before the next attempt of STAGE, or of all stages that wait for one.",
        };
        return Steer(
            console, "retry", "Go on with a failed or cancelled task, or do chosen stages again.",
            parsed => (parsed.GetValue(now), parsed.GetValue(stages) ?? []) switch
            {
                (false, var chosen) => new RetryTask { Stages = [.. chosen.Select(CommonOptions.ParseStage)] },
                (true, []) => new StartNow(),
                (true, [var stage]) => new StartNow(CommonOptions.ParseStage(stage)),
                _ => throw new CommandFailedException(ExitCode.BadInput, "With --now, 'retry' takes one STAGE at most; without any it means all that wait."),
            },
            "goes on", stages, now);
    }

    private static Command CreateSkip(IAnsiConsole console)
    {
        var stage = new Argument<string>("STAGE") { Description = "A stage that is not critical; a group with all of its members." };
        return Steer(
            console, "skip", "Go on without a stage: it counts as completed and has made nothing.",
            parsed => new SkipStage(CommonOptions.ParseStage(parsed.GetValue(stage)!), parsed.GetValue(Reason)), "goes on without it", stage);
    }

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

        Option[] common = [Reason, CommonOptions.Data, CommonOptions.Artifacts, CommonOptions.Store, .. CommonOptions.OfCluster, ServerAddress.Option];
        foreach (var option in common)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var order = make(parsed) with { Origin = OriginOf(parsed) };
            var reply = await WithTasksAsync(parsed, tasks => SendAsync(tasks, id, order, cancellationToken), cancellationToken);
            Terminal.WriteLine(console, reply.Outcome == CommandOutcome.Unchanged ? $"Task {id}: {reply.Message}" : $"Task {id} {done}.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The user of this machine. A silo that is asked over HTTP puts the name of the key in its place.</summary>
    internal static ActOrigin OriginOf(ParseResult parsed) => new(
        MessageText.Cut(Environment.UserName is { Length: > 0 } user ? user : "somebody", ActOrigin.MaxBy),
        MessageText.Cut(Environment.MachineName, ActOrigin.MaxFrom),
        parsed.GetValue(Reason));

    /// <exception cref="CommandFailedException">The task refused it, or is not there.</exception>
    internal static async Task<TaskReply> SendAsync(ISteeredTasks tasks, TaskId id, TaskCommand command, CancellationToken cancellationToken)
    {
        var reply = await tasks.ExecuteAsync(id, command, cancellationToken);
        var nobody = command is DeleteTask ? reply.Outcome == CommandOutcome.Unchanged : reply.Reason == RefusalReason.NotFound;
        if (nobody && await tasks.ReadAsync(id, cancellationToken) is null)
        {
            throw CommandFailedException.NotFound(id);
        }

        return reply.IsRefused
            ? throw new CommandFailedException(nobody ? ExitCode.NotFound : ExitCode.Conflict, $"Task {id}: {reply.Message}")
            : reply;
    }

    /// <summary>Works with the cluster; or, without one, with this machine's store through a silo that lives for this one command.</summary>
    internal static async Task<T> WithTasksAsync<T>(ParseResult parsed, Func<ISteeredTasks, Task<T>> work, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadServer(parsed) is { } server)
        {
            using var silo = new HttpCluster(server);
            return await work(new HttpSteeredTasks(silo));
        }

        if (CommonOptions.ReadCluster(parsed) is { } address)
        {
            await using var cluster = await RemoteCluster.ConnectAsync(address, cancellationToken);
            return await work(new SteeredTasks(cluster.Tasks));
        }

        var (data, artifacts) = CommonOptions.OpenData(parsed);
        await using var embedded = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Data = data, Artifacts = artifacts, Store = CommonOptions.ReadStore(parsed) }, cancellationToken);
        return await embedded.GuardAsync(work(new SteeredTasks(embedded.Tasks)));
    }
}

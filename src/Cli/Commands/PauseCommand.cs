using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen pause ID</c>. An attempt that is given back begins anew, so what it had done is lost: a person is told, and asked before.</summary>
internal static class PauseCommand
{
    /// <summary>Stages that a line names; of more, it says how many.</summary>
    private const int MaxNamed = 5;

    public static Command Create(IAnsiConsole console)
    {
        var afterStages = new Option<bool>("--after-stage")
        {
            Description = "Let the stages that are at work come to their end first, so that nothing of them is lost.",
        };
        var now = new Option<bool>("--now") { Description = "Do not ask, even where the work of stages is lost." };
        var command = new Command("pause", "Pause a task: stages at work are given back and begin anew after 'resume', and nothing more is started.")
        {
            CommonOptions.Id, afterStages, now, SteerCommands.Reason,
            CommonOptions.Data, CommonOptions.Artifacts, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var pause = new PauseTask { AfterStages = parsed.GetValue(afterStages), Origin = SteerCommands.OriginOf(parsed) };
            var asks = !parsed.GetValue(now) && console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal && !Console.IsInputRedirected;
            return SteerCommands.WithTasksAsync(parsed, tasks => PauseAsync(console, tasks, id, pause, asks, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<int> PauseAsync(
        IAnsiConsole console, ISteeredTasks tasks, TaskId id, PauseTask pause, bool asks, CancellationToken cancellationToken)
    {
        var state = (await tasks.ReadAsync(id, cancellationToken) ?? throw CommandFailedException.NotFound(id)).ToState();
        var atWork = state.Stages.Where(stage => stage.Lease is not null).ToArray();
        var loses = atWork.Length > 0 && !pause.AfterStages && state.Status is RunStatus.Running or RunStatus.Pending;
        if (loses && asks)
        {
            Terminal.WriteLine(console, $"The work of {Describe(atWork)} is lost. With --after-stage it comes to its end first.");
            if (!await new ConfirmationPrompt("Pause now all the same?") { DefaultValue = false }.ShowAsync(console, cancellationToken))
            {
                Terminal.WriteLine(console, $"Task {id} goes on.");
                return ExitCode.Success;
            }
        }

        var reply = await SteerCommands.SendAsync(tasks, id, pause, cancellationToken);
        Terminal.WriteLine(console, reply.Outcome == CommandOutcome.Unchanged ? $"Task {id}: {reply.Message}" : $"Task {id} is paused.{Consequence()}");
        return ExitCode.Success;

        string Consequence() => atWork.Length == 0 ? ""
            : pause.AfterStages ? $" It finishes {Describe(atWork)} first."
            : $" The work of {Describe(atWork)} is given back and begins anew after 'resume'; with --after-stage it would have come to its end first.";
    }

    /// <summary><c>2 stages (audio_generation:scene-001 55 %, …)</c>.</summary>
    internal static string Describe(IReadOnlyCollection<StageState> stages)
    {
        var named = stages.Take(MaxNamed).Select(stage => $"{stage.Name} {Percent.Of(stage.Progress)} %");
        var count = stages.Count == 1 ? "1 stage" : $"{stages.Count} stages";
        return $"{count} ({string.Join(", ", named)}{(stages.Count > MaxNamed ? ", …" : "")})";
    }
}

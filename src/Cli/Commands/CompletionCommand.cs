using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Completion;
using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen completion SHELL</c>: what makes a shell complete this command line.</summary>
internal static class CompletionCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var shell = new Argument<string>("SHELL") { Description = $"The shell that reads it: {string.Join(", ", Shells.Names)}." };
        shell.AcceptOnlyFromAmong(Shells.Names);
        var command = new Command("completion", "Print what makes a shell complete the verbs and options of this program; its head says where it goes.")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            console.Profile.Out.Writer.Write(Shells.ScriptFor(parsed.GetValue(shell)!, CommandTable.Of((RootCommand)parsed.RootCommandResult.Command)));
            return ExitCode.Success;
        });
        return command;
    }
}

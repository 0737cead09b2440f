using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Commands;

namespace VideoGen.Cli;

/// <summary>The <c>videogen</c> command: its parts, and how every one of them ends.</summary>
internal sealed class CommandLine(IAnsiConsole console, TextWriter error)
{
    /// <summary>How long a command may take to come to its end after Ctrl-C; a second Ctrl-C does not wait.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(20);

    public async Task<int> RunAsync(string[] args)
    {
        // File names may begin with @; they are not response files.
        var parsed = CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
            Output = console.Profile.Out.Writer,
            Error = error,
        };
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"videogen: {parsed.Errors[^1].Message} See 'videogen {parsed.CommandResult.Command.Name} --help'.".Replace("videogen videogen", "videogen", StringComparison.Ordinal));
            return ExitCode.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(configuration);
        }
#pragma warning disable CA1031 // Whatever ends a command, its user gets one message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var (exitCode, message) = CommandErrors.Describe(exception);
            await error.WriteLineAsync($"videogen: {message}");
            return exitCode;
        }
    }

    private RootCommand CreateRoot()
    {
        var root = new RootCommand("Turns documents into narrated videos, and loses no step on the way.")
        {
            RunCommand.Create(console),
            ListCommand.Create(console),
            ShowCommand.Create(console),
            ShowCommand.CreateWatch(console),
            ClusterCommands.CreateSilo(console),
            ClusterCommands.CreateWorker(console),
            SubmitCommand.Create(console),
            ExchangeCommands.CreateImport(console),
            ExchangeCommands.CreateExport(console),
        };
        foreach (var command in SteerCommands.Create(console))
        {
            root.Add(command);
        }

        return root;
    }
}

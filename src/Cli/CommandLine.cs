using System.CommandLine;
using System.CommandLine.Help;
using Spectre.Console;
using VideoGen.Cli.Commands;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Help;
using VideoGen.Cli.Hosting;
using VideoGen.Tasks;

namespace VideoGen.Cli;

/// <summary>The <c>videogen</c> command: its parts, and how every one of them ends.</summary>
internal sealed class CommandLine(IAnsiConsole console, TextWriter error)
{
    public async Task<int> RunAsync(string[] args)
    {
        using var interruption = new Interruption(error);

        // File names may begin with @; they are not response files.
        var parsed = CreateRoot(interruption).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Signals are for Interruption.
            Output = console.Profile.Out.Writer,
            Error = error,
        };
        if (parsed.Errors.Count > 0)
        {
            var command = $"videogen {CommandPath.Of(parsed.CommandResult)}".TrimEnd();
            var meant = NearestOf(parsed) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            await error.WriteLineAsync($"videogen: {SecretText.Mask(parsed.Errors[^1].Message)}{meant} See '{command} --help'.");
            return ExitCode.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(configuration, interruption.Asked);
        }
#pragma warning disable CA1031 // Whatever ends a command, its user gets one message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var (exitCode, message) = CommandErrors.Describe(exception);
            await error.WriteLineAsync($"videogen: {SecretText.Mask(message)}");
            return exitCode;
        }
    }

    /// <summary>The verb or option that was meant by the first word that is none; null when none is near.</summary>
    private static string? NearestOf(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var word, ..])
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        return NearestWord.Of(
            word,
            word.StartsWith('-')
                ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
                : command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name));
    }

    internal RootCommand CreateRoot(Interruption interruption)
    {
        var root = new RootCommand("Turns documents into narrated videos, and loses no step on the way.")
        {
            RunCommand.Create(console),
            CheckCommand.Create(console),
            ListCommand.Create(console),
            GetCommand.Create(console),
            DescribeCommand.Create(console),
            DescribeCommand.CreateWatch(console),
            LogsCommand.Create(console),
            OpenCommand.Create(console),
            ShareCommand.Create(console),
            WaitCommand.Create(console),
            ArtifactsCommand.Create(console),
            SiloCommand.Create(console, error),
            HealthCommand.Create(console),
            KeyCommands.Create(console),
            WebhookCommands.Create(console),
            WorkerCommand.Create(console, interruption),
            WorkersCommand.Create(console),
            SubmitCommand.Create(console),
            ExchangeCommands.CreateImport(console),
            ExchangeCommands.CreateExport(console),
            RehearseCommand.Create(console),
            RehearseWorkerCommand.Create(console),
            WorkerCheckCommand.Create(console),
            CompletionCommand.Create(console),
            SchemaCommand.Create(console),
        };
        foreach (var command in SteerCommands.Create(console).Concat(QueueCommands.Create(console)))
        {
            root.Add(command);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}

using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen open ID</c>: the page of a task.</summary>
internal static class OpenCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("open", "Print the address of a task's page, and open it in the browser where this session has one.")
        {
            CommonOptions.Id, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var server = CommonOptions.ReadServer(parsed) ?? throw new CommandFailedException(
                ExitCode.BadInput,
                $"'open' needs {ServerAddress.Option.Name} {ServerAddress.Option.HelpName}, or ${ServerAddress.Variable}: the silo that serves the page, "
                    + "at the address that it prints at its start.");
            using var silo = new HttpCluster(server);
            if (await silo.ReadAsync(id, cancellationToken) is null)
            {
                throw CommandFailedException.NotFound(id);
            }

            var page = new Uri(server.Url, $"tasks/{id}");
            Terminal.WriteLine(console, page.ToString());
            Browser.TryOpen(page);
            return ExitCode.Success;
        });
        return command;
    }
}

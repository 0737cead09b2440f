using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Cli.WorkerCheck;
using VideoGen.Tasks;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen worker-check</c>: for authors of workers in other languages.</summary>
internal static class WorkerCheckCommand
{
    internal const string UsualInput = """{"text": "hello", "seconds": 2.5}""";

    public static Command Create(IAnsiConsole console)
    {
        var worker = new Argument<string>("CMD|URL")
        {
            Description = "The command that starts the worker, which finds the address in $VIDEOGEN_SERVER and the key in $VIDEOGEN_KEY; "
                + "or the URL at which the check waits for a worker that you start.",
        };
        var input = new Option<string?>("--input")
        {
            Description = $"What its stages are given, as a JSON object. They should take some two seconds and a half. Default: {UsualInput}",
            HelpName = "I.json",
        };
        var command = new Command("worker-check", "Play a hostile cluster to a worker over HTTP, and say which rules it breaks.") { worker, input };
        command.SetAction((parsed, cancellationToken) =>
        {
            var text = parsed.GetValue(input) is { } file ? SubmittedPipeline.Read(file, 4 * Limits.MaxInputLength) : Encoding.UTF8.GetBytes(UsualInput);
            try
            {
                return new WorkerCheckRun(console, TimeProvider.System)
                    .ExecuteAsync(parsed.GetValue(worker)!, JsonDocument.Parse(text).RootElement, cancellationToken);
            }
            catch (JsonException exception)
            {
                throw new CommandFailedException(ExitCode.BadInput, $"{parsed.GetValue(input)} is not an input in JSON: {exception.Message}", exception);
            }
        });
        return command;
    }
}

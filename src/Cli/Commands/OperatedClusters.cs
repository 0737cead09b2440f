using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Help;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.Commands;

/// <summary>The cluster that a command line means, for commands that nothing but a cluster can answer.</summary>
internal static class OperatedClusters
{
    /// <summary>A command with these parts, and the options that say which cluster.</summary>
    public static Command Verb(string name, string description, params Symbol[] parts)
    {
        var command = new Command(name, description) { CommonOptions.OfCluster, ServerAddress.Option };
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)part);
            }
        }

        return command;
    }

    /// <exception cref="CommandFailedException">The command line names no cluster, or it does not answer.</exception>
    public static async Task<int> WithAsync(
        ParseResult parsed, Func<IOperatedCluster, Task> action, CancellationToken cancellationToken)
    {
        await using var cluster = await OpenAsync(parsed, cancellationToken);
        await action(cluster);
        return ExitCode.Success;
    }

    /// <summary>Answers a list in the form that was asked for.</summary>
    /// <param name="console">The console to write to.</param>
    /// <param name="form">What was asked for.</param>
    /// <param name="names">Of what is listed.</param>
    /// <param name="json">Writes it in JSON.</param>
    /// <param name="table">Writes it for a person; true for everything that there is to say.</param>
    public static void Show(IAnsiConsole console, OutputForm form, IEnumerable<string> names, Action<Utf8JsonWriter> json, Action<bool> table)
    {
        switch (form)
        {
            case OutputForm.Json:
                Terminal.WriteJson(console, json);
                break;
            case OutputForm.Name:
                Terminal.WriteNames(console, names);
                break;
            default:
                table(form == OutputForm.Wide);
                break;
        }
    }

    private static async Task<IOperatedCluster> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadServer(parsed) is { } server)
        {
            return new HttpOperatedCluster(new HttpCluster(server), TimeProvider.System);
        }

        var address = CommonOptions.RequireCluster(parsed, $"'{CommandPath.Of(parsed.CommandResult)}'");
        return new OperatedCluster(await RemoteCluster.ConnectAsync(address, cancellationToken), TimeProvider.System);
    }
}

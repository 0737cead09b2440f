using System.CommandLine;
using System.CommandLine.Completions;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Help;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen schema ANSWER</c>: what scripts may rely on in an answer in JSON.</summary>
internal static class SchemaCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var answer = new Argument<string?>("ANSWER")
        {
            Description = "The answer: list for 'list -o json', limit_list for 'limit list -o json'. Default: all of them.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        answer.CompletionSources.Add(_ => AnswerSchema.Names().Select(name => new CompletionItem(name)));
        var command = new Command("schema", "Print the JSON schema of what commands answer with -o json or --json.") { answer };
        command.SetAction(parsed =>
        {
            var schema = parsed.GetValue(answer) is { } name ? AnswerSchema.Of(name) ?? throw Unknown(name) : AnswerSchema.Whole();
            console.Profile.Out.Writer.WriteLine(schema);
            return ExitCode.Success;
        });
        return command;
    }

    private static CommandFailedException Unknown(string name)
    {
        var names = AnswerSchema.Names().ToList();
        var meant = NearestWord.Of(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return new CommandFailedException(
            ExitCode.BadInput, $"No command answers with '{name}' in JSON.{meant} These have a schema: {string.Join(", ", names)}.");
    }
}

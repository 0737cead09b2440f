using System.CommandLine;
using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Commands;

/// <summary>How a list is answered.</summary>
internal enum OutputForm
{
    Table,

    /// <summary>A table with more columns.</summary>
    Wide,

    /// <summary>One name a line, for scripts.</summary>
    Name,

    Json,
}

/// <summary><c>-o</c> of all lists; <c>--json</c> says the same as <c>-o json</c>.</summary>
internal static class OutputOption
{
    private static readonly string[] Names = [.. Enum.GetNames<OutputForm>().Select(name => name.ToLowerInvariant())];

    public static Option<string?> Option { get; } = Create();

    /// <summary>Both ways to say it, for a command that answers with a list.</summary>
    public static Option[] All => [Option, CommonOptions.Json];

    /// <exception cref="CommandFailedException">The two ways contradict each other.</exception>
    public static OutputForm Read(ParseResult parsed)
    {
        var json = parsed.GetValue(CommonOptions.Json);
        if (parsed.GetValue(Option) is not { } name)
        {
            return json ? OutputForm.Json : OutputForm.Table;
        }

        var form = (OutputForm)Array.IndexOf(Names, name);
        return !json || form == OutputForm.Json
            ? form
            : throw new CommandFailedException(ExitCode.BadInput, $"--json and -o {name} are two forms of one answer; give one of them.");
    }

    private static Option<string?> Create()
    {
        var option = new Option<string?>("--output", "-o")
        {
            Description = "The form of the answer: table (default), wide (with more columns), name (one a line, for scripts), json.",
            HelpName = "FORM",
        };
        option.AcceptOnlyFromAmong(Names);
        return option;
    }
}

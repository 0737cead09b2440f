using System.CommandLine.Parsing;

namespace VideoGen.Cli.Commands;

internal static class Bounds
{
    /// <summary>Adds an error unless the option's whole number is within the bounds.</summary>
    public static void Check(OptionResult result, int least, int most)
    {
        if (result.Tokens is [var token, ..] && int.TryParse(token.Value, out var value) && (value < least || value > most))
        {
            result.AddError($"{result.Option.Name} goes from {least} to {most}, not {value}.");
        }
    }
}
